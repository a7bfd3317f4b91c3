import Synchronization

/// A program made ready: kernels prepared, constants packed, memory planned. It may run on several threads at once.
///
/// An instruction whose operands' types are known from the start is prepared once. Any other, because a shape before
/// it depends on data, is prepared anew in each run with the values at hand.
public final class Executor: Sendable {
  public let program: Program
  public let options: KernelOptions
  private let steps: [Step]
  /// What is known of each slot before the run.
  private let places: [Place]
  private let specs: [TensorSpec?]
  private let arenaBytes: Int
  private let scratchBytes: Int
  private let leastBytes: Int
  /// For each slot, whether it is a constant whose elements some step reads where their type wants them to lie.
  private let isAddressed: [Bool]
  private let idleStates = Mutex<[State]>([])
  /// Whether all constants have been compared with their checksums.
  private let isChecked: Atomic<Bool>

  /// Prepares a program.
  ///
  /// - Parameters:
  ///   - deferringErrors: whether an instruction that its kernel refuses is an error only when it is run.
  ///   - threads: what may help to pack constants.
  ///   - releasingPacked: whether constants that are read in packed forms only lose their elements. The program can
  ///     then be made ready again only with the same options.
  /// - Throws: `RunError`, which names the instruction that its kernel refuses.
  public init(
    _ program: Program, options: KernelOptions = KernelOptions(), deferringErrors: Bool = false,
    threads: ThreadPool? = nil, releasingPacked: Bool = false
  ) throws(RunError) {
    self.program = program
    self.options = options
    var planner = Planner(program)
    try planner.prepare(options, threads, deferringErrors: deferringErrors, releasingPacked: releasingPacked)
    planner.place()
    planner.findUnchecked()
    (steps, places, specs) = (planner.steps, planner.places, planner.specs)
    (arenaBytes, scratchBytes, leastBytes) = (planner.arenaBytes, planner.scratchBytes, planner.leastBytes)
    isAddressed = planner.isAddressed
    isChecked = Atomic(steps.allSatisfy(\.unchecked.isEmpty))
  }

  /// The memory that a run takes.
  public struct Memory: Hashable, Codable, Sendable {
    /// For intermediate results whose sizes are known, and for kernels while they run.
    public var arenaBytes: Int
    /// What these cannot do without: the most bytes that are alive during one call.
    public var leastArenaBytes: Int
    /// The most of the arena that one kernel takes while it runs.
    public var scratchBytes: Int
    /// For constants, in the forms that kernels read.
    public var constantBytes: Int
  }

  public var memory: Memory {
    Memory(
      arenaBytes: arenaBytes, leastArenaBytes: leastBytes, scratchBytes: scratchBytes,
      constantBytes: program.constants.reduce(0) { $0 + $1.value.byteCount })
  }

  /// What a call costs by the operator's definition.
  public struct Cost: Hashable, Sendable {
    /// Floating-point operations, a multiply-add counting as two; 0 where the time goes with the bytes.
    public var flops: Double
    /// The sizes of the operands and results, in bytes; 0 where nothing moves.
    public var bytes: Int
  }

  /// What each instruction costs; sizes that only a run can tell are left out.
  public var costs: [Cost] {
    zip(program.instructions, steps).map { instruction, step in
      if case .alias? = step.prepared?.body { return Cost(flops: 0, bytes: 0) }
      var slots = Set((step.operands + step.results).filter { $0 >= 0 }).subtracting(step.inPlace)
      if step.operands.allSatisfy(step.inPlace.contains) { slots = [] }
      return Cost(
        flops: step.prepared.map {
          step.kernel.flops(instruction.operands.map { $0.flatMap { specs[$0.index] } }, $0.results)
        } ?? 0,
        bytes: slots.reduce(0) { $0 + (specs[Int($1)]?.byteCount ?? 0) })
    }
  }

  /// The type of each output; nil where it is not known before the run or is no tensor's.
  public var outputSpecs: [TensorSpec?] { program.outputs.map { specs[$0.index] } }

  /// Runs the program.
  ///
  /// - Parameters:
  ///   - inputs: one value for each of the program's inputs, of its type where that is fixed.
  ///   - threads: the threads that kernels share their loops out to.
  ///   - observer: called after each instruction with its index and the time it took; by default nothing is timed.
  /// - Returns: the outputs, in the program's order.
  public func run(
    _ inputs: [RuntimeValue], threads: ThreadPool, observer: ((_ instruction: Int, _ time: Duration) -> Void)? = nil
  ) throws(RunError) -> [RuntimeValue] {
    var outputs: [RuntimeValue] = []
    outputs.reserveCapacity(program.outputs.count)
    try run(inputs, into: &outputs, threads: threads, observer: observer)
    return outputs
  }

  /// Runs the program into a list that is there already. Where all shapes are known ahead, nothing is allocated from the
  /// second run on.
  ///
  /// - Parameter outputs: emptied first, so that the memory of what only it holds serves again; then the outputs, in the
  ///   program's order.
  public func run(
    _ inputs: [RuntimeValue], into outputs: inout [RuntimeValue], threads: ThreadPool,
    observer: ((_ instruction: Int, _ time: Duration) -> Void)? = nil
  ) throws(RunError) {
    outputs.removeAll(keepingCapacity: true)
    guard inputs.count == program.inputs.count else {
      throw RunError("", .invalid("\(inputs.count) inputs given, \(program.inputs.count) expected"))
    }
    let state: State
    if let idle = idleStates.withLock({ $0.popLast() }) {
      state = idle
    } else {
      do throws(KernelError) {
        state = try State(self)
        state.arena.populate(threads)
      } catch {
        throw RunError("", error)
      }
    }
    defer {
      state.clear(places)
      idleStates.withLock { $0.append(state) }
    }
    for (i, (slot, spec)) in program.inputs.enumerated() {
      if let spec {
        guard let given = inputs[i].tensor?.spec, given == spec else {
          throw RunError("", .invalid("input \(i) must be \(spec)"))
        }
      }
      state.set(slot.index, inputs[i])
    }
    let isChecked = isChecked.load(ordering: .acquiring)
    for (i, step) in steps.enumerated() {
      let start = observer == nil ? nil : ContinuousClock.now
      do throws(KernelError) {
        if !isChecked {
          guard step.unchecked.allSatisfy({ $0.isIntact(threads) }) else { throw .damagedWeights }
        }
        try step.run(state, threads: threads)
      } catch {
        throw RunError(program.instructions[i].label, error)
      }
      if let start { observer?(i, ContinuousClock.now - start) }
      for slot in step.released { state.release(slot) }
    }
    if !isChecked { self.isChecked.store(true, ordering: .releasing) }
    for slot in program.outputs {
      guard let value = state.values[slot.index] else {
        throw RunError("", .invalid("output \(slot) was not computed"))
      }
      outputs.append(value)
    }
  }

  /// Where a slot's value lies.
  fileprivate enum Place: Sendable {
    /// A value of its own, allocated in each run or given by the caller.
    case value
    case constant(Constant)
    case arena(offset: Int)
  }

  /// The memory of one run; kept for the next. One thread has it at a time.
  fileprivate final class State: @unchecked Sendable {
    let addresses: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    let arena: Buffer
    /// For kernels that are prepared in each run.
    private var scratch: Buffer
    var values: [RuntimeValue?]
    /// The memory that slots had in the run before, for the next when the caller has let it go.
    private var memory: [Buffer?]

    init(_ executor: Executor) throws(KernelError) {
      arena = try Buffer(byteCount: executor.arenaBytes)
      scratch = try Buffer(byteCount: 0)
      values = Array(repeating: nil, count: executor.places.count)
      memory = Array(repeating: nil, count: executor.places.count)
      addresses = .allocate(capacity: max(executor.places.count, 1))
      addresses.initialize(repeating: nil, count: max(executor.places.count, 1))
      for (slot, place) in executor.places.enumerated() {
        switch place {
        case .value: break
        case .constant(let constant):
          guard let elements = constant.elements else { break }
          values[slot] = .tensor(elements)
          // Asking for the address may copy what the model's file has not aligned.
          addresses[slot] = UnsafeMutableRawPointer(
            mutating: executor.isAddressed[slot] ? elements.address : elements.storedBytes.baseAddress)
        case .arena(let offset): addresses[slot] = arena.address + offset
        }
      }
    }

    deinit { addresses.deallocate() }

    /// Memory for a kernel that nobody knew of before.
    func scratch(byteCount: Int) throws(KernelError) -> UnsafeMutableRawPointer {
      if scratch.byteCount < byteCount { scratch = try Buffer(byteCount: byteCount) }
      return scratch.address
    }

    func set(_ slot: Int, _ value: RuntimeValue?) {
      values[slot] = value
      addresses[slot] = value?.tensor.map { UnsafeMutableRawPointer(mutating: $0.address) }
    }

    func release(_ slot: Int) { set(slot, nil) }

    /// Gives a slot memory for a tensor.
    func allocate(_ slot: Int, _ spec: TensorSpec) throws(KernelError) {
      let tensor: Tensor
      if spec.type != .string, isKnownUniquelyReferenced(&memory[slot]), let buffer = memory[slot],
        buffer.byteCount == spec.byteCount
      {
        tensor = try Tensor(spec, buffer: buffer)
      } else {
        tensor = try Tensor(spec) { _ in }
        memory[slot] = spec.type == .string ? nil : tensor.buffer
      }
      set(slot, .tensor(tensor))
    }

    func clear(_ places: [Place]) {
      for (slot, place) in places.enumerated() {
        if case .value = place { release(slot) }
      }
    }
  }

  /// One instruction as it runs.
  fileprivate struct Step: Sendable {
    var kernel: any Kernel
    /// Slots, -1 for none.
    var operands: [Int32]
    var results: [Int32]
    var options: KernelOptions
    /// Nil where the kernel is prepared in each run.
    var prepared: Prepared?
    /// Where in the arena the kernel's scratch memory lies.
    var scratchOffset = 0
    /// The distance of result 0's rows where it is made as a part of a larger tensor.
    var pitch: Int?
    /// The operands that lie where the step would copy them.
    var inPlace: [Int32] = []
    /// The results to allocate before the body runs, with their types.
    var allocated: [(slot: Int, spec: TensorSpec)] = []
    /// The slots whose values nobody uses after this step.
    var released: [Int] = []
    /// Memory of constants that has to be compared with its checksum before this step reads it for the first time.
    var unchecked: [Buffer] = []

    /// Takes a prepared kernel over. Its body may ask for any of its results, also for those nobody wants.
    mutating func adopt(_ prepared: Prepared) {
      self.prepared = prepared
      while results.count < prepared.results.count { results.append(-1) }
    }

    func run(_ state: State, threads: ThreadPool) throws(KernelError) {
      guard let prepared else { return try runUnprepared(state, threads: threads) }
      switch prepared.body {
      case .memory(let body):
        for (slot, spec) in allocated { try state.allocate(slot, spec) }
        try call(body, state, scratch: state.arena.address + scratchOffset, threads: threads)
      case .alias(let operand):
        // Inside the arena both slots have the same address already.
        guard let result = results.first, result >= 0, let spec = prepared.results.first,
          let tensor = state.values[Int(operands[operand])]?.tensor
        else { return }
        state.set(Int(result), .tensor(try Tensor(spec, buffer: tensor.buffer, byteOffset: tensor.byteOffset)))
      case .values(let body):
        let given = operands.map { $0 < 0 ? nil : state.values[Int($0)] }
        try store(body(given, Prepared.Context(threads: threads, options: options)), state)
      }
    }

    /// Prepares with the values at hand and runs.
    private func runUnprepared(_ state: State, threads: ThreadPool) throws(KernelError) {
      let given = operands.map { slot -> Operand? in
        guard slot >= 0, let value = state.values[Int(slot)] else { return nil }
        return Operand(spec: nil, value: value)
      }
      var step = self
      let prepared = try kernel.prepare(Operands(given), options: options)
      step.adopt(prepared)
      if case .memory(let body) = prepared.body {
        for (i, spec) in prepared.results.enumerated() where step.results[i] >= 0 {
          state.set(Int(step.results[i]), .tensor(try Tensor(spec) { _ in }))
        }
        try step.call(
          body, state, scratch: try state.scratch(byteCount: prepared.scratchBytes), threads: threads)
      } else {
        try step.run(state, threads: threads)
      }
    }

    // Inlined, the optimizer of Swift 6.3 fails on the noncopyable temporary.
    @inline(never)
    private func call(
      _ body: (borrowing Invocation) throws(KernelError) -> Void, _ state: State, scratch: UnsafeMutableRawPointer,
      threads: ThreadPool
    ) throws(KernelError) {
      try operands.withUnsafeBufferPointer { (operands) throws(KernelError) in
        try results.withUnsafeBufferPointer { (results) throws(KernelError) in
          // An array without elements has no address, and none is read then.
          var none: Int32 = -1
          try withUnsafePointer(to: &none) { (none) throws(KernelError) in
            try body(
              Invocation(
                addresses: state.addresses, operands: operands.baseAddress ?? none,
                results: results.baseAddress ?? none, scratch: scratch, threads: threads, pitch: pitch))
          }
        }
      }
    }

    private func store(_ values: [RuntimeValue?], _ state: State) throws(KernelError) {
      for (i, slot) in results.enumerated() where slot >= 0 {
        guard i < values.count, let value = values[i] else { throw .invalid("result \(i) was not computed") }
        state.set(Int(slot), value)
      }
    }
  }

  /// Turns a program into steps and places.
  fileprivate struct Planner {
    let program: Program
    var steps: [Step] = []
    var places: [Place]
    var arenaBytes = 0
    var scratchBytes = 0
    var leastBytes = 0
    /// For each slot, whether it is a constant whose elements some step reads where their type wants them to lie.
    var isAddressed: [Bool]
    var specs: [TensorSpec?]
    /// The slot whose memory a slot shares: its own, or through aliases and in-place results another's.
    private var root: [Int]
    /// Where slots lie that are made as parts of others: in which, and at which byte.
    private var hosts: [(slot: Int, offset: Int)?]

    init(_ program: Program) {
      self.program = program
      places = Array(repeating: .value, count: program.slotCount)
      specs = Array(repeating: nil, count: program.slotCount)
      isAddressed = Array(repeating: false, count: program.slotCount)
      root = Array(0..<program.slotCount)
      hosts = Array(repeating: nil, count: program.slotCount)
      for (slot, spec) in program.inputs { specs[slot.index] = spec }
      for (slot, value) in program.constants {
        specs[slot.index] = value.spec
        places[slot.index] = .constant(value)
      }
    }

    mutating func prepare(
      _ options: KernelOptions, _ threads: ThreadPool?, deferringErrors: Bool, releasingPacked: Bool
    ) throws(RunError) {
      // How many steps have still to see each constant, and those whose elements some step reads.
      var unseen = Array(repeating: 0, count: program.slotCount)
      var isRead = Array(repeating: false, count: program.slotCount)
      for slot in program.outputs { isRead[slot.index] = true }
      for instruction in program.instructions {
        for case let slot? in instruction.operands { unseen[slot.index] += 1 }
      }
      steps.reserveCapacity(program.instructions.count)
      var files: [MappedFile] = []
      if releasingPacked {
        for case let file? in program.constants.map(\.value.elements?.buffer.file)
        where !files.contains(where: { $0 === file }) {
          files.append(file)
        }
      }
      for instruction in program.instructions {
        var operands = Operands(
          instruction.operands.map { slot in
            guard let slot else { return nil }
            if case .constant(let constant) = places[slot.index] { return Operand(constant) }
            return Operand(spec: specs[slot.index])
          })
        operands.threads = threads
        var step = Step(
          kernel: instruction.kernel, operands: instruction.operands.map { Int32($0?.index ?? -1) },
          results: instruction.results.map { Int32($0?.index ?? -1) }, options: options)
        step.options.isDeciding = instruction.isDeciding
        do throws(KernelError) {
          let prepared = try instruction.kernel.prepare(operands, options: step.options)
          for (i, spec) in prepared.results.enumerated() {
            _ = try spec.checkedCount()
            if i < instruction.results.count, let slot = instruction.results[i] { specs[slot.index] = spec }
          }
          step.adopt(prepared)
          scratchBytes = max(scratchBytes, prepared.scratchBytes)
        } catch {
          if case .needsValue = error.kind {} else if !deferringErrors { throw RunError(instruction.label, error) }
        }
        for case (let i, let slot?) in instruction.operands.enumerated() {
          guard case .constant(let constant) = places[slot.index] else { continue }
          unseen[slot.index] -= 1
          if step.prepared == nil || !operands.packedOperands.contains(i) {
            guard constant.elements != nil else {
              throw RunError(instruction.label, .invalid("operand \(i) is a constant without elements"))
            }
            isRead[slot.index] = true
            if step.prepared?.bytewiseOperands.contains(i) != true { isAddressed[slot.index] = true }
          }
          if releasingPacked, unseen[slot.index] == 0, !isRead[slot.index] { constant.release() }
        }
        steps.append(step)
      }
      for slot in program.outputs {
        guard case .constant(let constant) = places[slot.index] else { continue }
        guard let elements = constant.elements else {
          throw RunError("", .invalid("an output is a constant without elements"))
        }
        guard elements.buffer.isIntact(threads) else { throw RunError("", .damagedWeights) }
      }
      if !files.isEmpty { try leave(files) }
    }

    /// Gives the memory of the model's files back. A run that read a few bytes there would have them in memory for good,
    /// with up to 2 MiB around them.
    private func leave(_ files: [MappedFile]) throws(RunError) {
      do throws(KernelError) {
        for (_, constant) in program.constants { try constant.leaveFile() }
      } catch {
        throw RunError("", error)
      }
      for file in files { file.discard() }
    }

    /// Finds the steps that read constants of which nobody knows yet whether they are intact.
    mutating func findUnchecked() {
      for i in steps.indices {
        for slot in steps[i].operands where slot >= 0 {
          if case .constant(let constant) = places[Int(slot)] {
            constant.forEachBuffer { if $0.isUnchecked { steps[i].unchecked.append($0) } }
          }
        }
      }
    }

    /// Decides which slots lie in the arena and where.
    mutating func place() {
      let lastUse = lastUses()
      let needsValue = slotsThatNeedValues()
      join(needsValue)
      var lifetimes: [ClosedRange<Int>?] = Array(repeating: nil, count: program.slotCount)
      for (time, step) in steps.enumerated() {
        for (i, slot) in step.results.enumerated() where slot >= 0 {
          let slot = Int(slot)
          guard let spec = specs[slot], !needsValue[slot], spec.type != .string else {
            if case .memory? = step.prepared?.body, let spec = specs[slot] {
              steps[time].allocated.append((slot, spec))
            }
            continue
          }
          if hosts[slot] != nil {
            root[slot] = host(of: slot).slot
          } else if i == 0, let operand = sharedOperand(step, time, lastUse: lastUse, lifetimes: lifetimes) {
            root[slot] = root[operand]
          }
          let root = root[slot]
          let begin = lifetimes[root]?.lowerBound ?? time
          lifetimes[root] = begin...max(lifetimes[root]?.upperBound ?? time, lastUse[slot])
        }
      }
      plan(lifetimes)
      for (slot, time) in lastUse.enumerated() where time >= 0 && time < steps.count {
        if case .value = places[slot] { steps[time].released.append(slot) }
      }
    }

    private mutating func plan(_ lifetimes: [ClosedRange<Int>?]) {
      var roots: [Int] = []
      var blocks: [MemoryPlan.Block] = []
      for case (let slot, let lifetime?) in lifetimes.enumerated() {
        roots.append(slot)
        blocks.append(MemoryPlan.Block(byteCount: specs[slot]?.byteCount ?? 0, lifetime: lifetime))
      }
      var users: [Int] = []
      for (time, step) in steps.enumerated() {
        guard let bytes = step.prepared?.scratchBytes, bytes > 0 else { continue }
        users.append(time)
        blocks.append(MemoryPlan.Block(byteCount: bytes, lifetime: time...time))
      }
      let plan = MemoryPlan(blocks)
      arenaBytes = plan.byteCount
      leastBytes = MemoryPlan.lowerBound(blocks)
      for (slot, offset) in zip(roots, plan.offsets) { places[slot] = .arena(offset: offset) }
      for (time, offset) in zip(users, plan.offsets[roots.count...]) { steps[time].scratchOffset = offset }
      for slot in root.indices where root[slot] != slot {
        if case .arena(let offset) = places[root[slot]] {
          places[slot] = .arena(offset: offset + (hosts[slot] == nil ? 0 : host(of: slot).offset))
        }
      }
    }

    /// Finds what can be made where a step would copy it: operands that only that step reads, of kernels that write
    /// their rows apart, or as one stretch.
    private mutating func join(_ needsValue: [Bool]) {
      var producers: [Int?] = Array(repeating: nil, count: program.slotCount)
      var readers = Array(repeating: 0, count: program.slotCount)
      for (time, step) in steps.enumerated() {
        for slot in step.operands where slot >= 0 { readers[Int(slot)] += 1 }
        for slot in step.results where slot >= 0 { producers[Int(slot)] = time }
      }
      for (time, step) in steps.enumerated() {
        guard let joined = step.prepared?.joined, let result = step.results.first.map(Int.init), result >= 0,
          !needsValue[result]
        else { continue }
        let row = joined.parts.reduce(0, +)
        var start = 0
        for (part, slot) in zip(joined.parts, step.operands.map(Int.init)) {
          defer { start += part }
          guard readers[slot] == 1, !needsValue[slot], let producer = producers[slot], let spec = specs[slot],
            spec.type != .string, spec.count > 0, let prepared = steps[producer].prepared,
            case .memory = prepared.body
          else { continue }
          if joined.rows > 1 {
            guard prepared.takesPitch, steps[producer].results.first == Int32(slot), spec.shape.last == part else {
              continue
            }
            steps[producer].pitch = row
          }
          hosts[slot] = (result, start * (spec.byteCount / spec.count))
          steps[time].inPlace.append(Int32(slot))
        }
      }
    }

    /// The outermost slot that a slot is a part of, and where it lies there.
    private func host(of slot: Int) -> (slot: Int, offset: Int) {
      guard let host = hosts[slot] else { return (slot, 0) }
      let outer = self.host(of: host.slot)
      return (outer.slot, outer.offset + host.offset)
    }

    /// The operand whose arena block result 0 of a step may share: that of an alias, or one that an in-place kernel
    /// may overwrite because nobody reads it later.
    private func sharedOperand(
      _ step: Step, _ time: Int, lastUse: [Int], lifetimes: [ClosedRange<Int>?]
    ) -> Int? {
      guard let prepared = step.prepared else { return nil }
      if case .alias(let operand) = prepared.body { return Int(step.operands[operand]) }
      guard let operand = prepared.inPlaceOperand, operand < step.operands.count, step.operands[operand] >= 0 else {
        return nil
      }
      let slot = Int(step.operands[operand])
      // The same memory under two operands, or read again later, must stay as it is.
      guard let lifetime = lifetimes[root[slot]], lifetime.upperBound == time,
        step.operands.count(where: { $0 >= 0 && root[Int($0)] == root[slot] }) == 1,
        specs[root[slot]]?.byteCount == prepared.results.first?.byteCount
      else { return nil }
      return slot
    }

    /// For each slot the last step that reads it; the number of steps for an output, -1 for none.
    private func lastUses() -> [Int] {
      var last = Array(repeating: -1, count: program.slotCount)
      for (time, step) in steps.enumerated() {
        for slot in step.operands where slot >= 0 { last[Int(slot)] = time }
        for slot in step.results where slot >= 0 { last[Int(slot)] = time }
      }
      for slot in program.outputs { last[slot.index] = steps.count }
      return last
    }

    /// Slots that must hold a value of their own: outputs, and what unprepared steps and bodies on values touch,
    /// with everything that shares memory with those.
    private func slotsThatNeedValues() -> [Bool] {
      var needs = Array(repeating: false, count: program.slotCount)
      for slot in program.outputs { needs[slot.index] = true }
      for step in steps {
        switch step.prepared?.body {
        case .memory, .alias: break
        case .values, nil: for slot in step.operands + step.results where slot >= 0 { needs[Int(slot)] = true }
        }
      }
      for step in steps.reversed() {
        guard case .alias(let operand)? = step.prepared?.body, step.results[0] >= 0 else { continue }
        let (source, result) = (Int(step.operands[operand]), Int(step.results[0]))
        if needs[result] { needs[source] = true }
      }
      for step in steps {
        guard case .alias(let operand)? = step.prepared?.body, step.results[0] >= 0 else { continue }
        // What lies outside the arena from the start cannot be shared through it.
        let (source, result) = (Int(step.operands[operand]), Int(step.results[0]))
        if needs[source] || specs[source]?.type == .string { needs[result] = true }
        if case .constant = places[source] { needs[result] = true }
        if program.inputs.contains(where: { $0.slot.index == source }) { needs[result] = true }
      }
      return needs
    }
  }
}

/// A failure while a program is made ready or run, with the node it happened at.
public struct RunError: Error, Sendable, CustomStringConvertible {
  /// The instruction's label; empty when none is to blame.
  public var label: String
  public var cause: KernelError

  public init(_ label: String, _ cause: KernelError) {
    self.label = label
    self.cause = cause
  }

  public var description: String { label.isEmpty ? cause.description : "\(label): \(cause)" }
}
