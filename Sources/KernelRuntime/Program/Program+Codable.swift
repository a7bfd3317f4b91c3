// Programs in a plan and in kernels that run programs. All that is not a kernel's own stands in one list, in a fixed
// order: containers with names would take most of the time in which a plan opens.

extension Program: Codable {
  public func encode(to encoder: any Encoder) throws {
    var list = encoder.unkeyedContainer()
    try list.encode(slotCount)
    try list.encode(inputs.count)
    for input in inputs {
      try list.encode(input.slot.index)
      try list.encode(input.spec)
    }
    try list.encode(constants.count)
    for constant in constants {
      try list.encode(constant.slot.index)
      try list.encode(constant.value)
    }
    // A kernel is stored under its name with its own fields.
    let kernels = instructions.map { type(of: $0.kernel).name }
    let names = Set(kernels).sorted()
    let kinds = Dictionary(uniqueKeysWithValues: zip(names, 0...))
    try list.encode(names)
    try list.encode(instructions.count)
    for (instruction, name) in zip(instructions, kernels) {
      try list.encode(kinds[name, default: -1])
      try list.encode(instruction.kernel)
      for slots in [instruction.operands, instruction.results] {
        try list.encode(slots.count)
        for slot in slots { try list.encode(slot?.index ?? -1) }
      }
      try list.encode(instruction.label)
      try list.encode(instruction.isDeciding)
    }
    try list.encode(outputs.count)
    for slot in outputs { try list.encode(slot.index) }
  }

  /// - Throws: also when the program is not a straight line: a slot written twice, or read before it is written.
  public init(from decoder: any Decoder) throws {
    var list = try decoder.unkeyedContainer()
    slotCount = try list.decode(Int.self)
    for _ in 0..<(try list.decodeCount()) {
      let slot = Slot(try list.decode(Int.self))
      inputs.append((slot, try list.decode(TensorSpec?.self)))
    }
    for _ in 0..<(try list.decodeCount()) {
      let slot = Slot(try list.decode(Int.self))
      constants.append((slot, try list.decode(Constant.self)))
    }
    let kinds = try list.decode([String].self).map { name in
      guard let kind = kernel(named: name) else {
        throw KernelError.unsupported("this runtime has no kernel \"\(name)\"")
      }
      return kind
    }
    for _ in 0..<(try list.decodeCount()) {
      let kind = try list.decode(Int.self)
      guard kinds.indices.contains(kind) else { throw KernelError.invalid("a kernel without a name") }
      instructions.append(
        Instruction(
          kernel: try list.decode(kinds[kind]), operands: try list.decodeSlots(), results: try list.decodeSlots(),
          label: try list.decode(String.self), isDeciding: try list.decode(Bool.self)))
    }
    for _ in 0..<(try list.decodeCount()) { outputs.append(Slot(try list.decode(Int.self))) }
    try check()
  }

  private func check() throws(KernelError) {
    let written = instructions.reduce(inputs.count + constants.count) { $0 + $1.results.count { $0 != nil } }
    guard slotCount == written else { throw .invalid("the program has slots that nothing writes") }
    var isWritten = Array(repeating: false, count: slotCount)
    func write(_ slot: Slot) throws(KernelError) {
      guard isWritten.indices.contains(slot.index), !isWritten[slot.index] else {
        throw .invalid("the program writes slot \(slot) twice or has no such slot")
      }
      isWritten[slot.index] = true
    }
    func read(_ slot: Slot) throws(KernelError) {
      guard isWritten.indices.contains(slot.index), isWritten[slot.index] else {
        throw .invalid("the program reads slot \(slot) before it is written")
      }
    }
    for input in inputs { try write(input.slot) }
    for constant in constants { try write(constant.slot) }
    for instruction in instructions {
      for case let slot? in instruction.operands { try read(slot) }
      for case let slot? in instruction.results { try write(slot) }
    }
    for slot in outputs { try read(slot) }
  }
}

extension UnkeyedDecodingContainer {
  fileprivate mutating func decodeSlots() throws -> [Program.Slot?] {
    try (0..<(try decodeCount())).map { _ in
      let index = try decode(Int.self)
      return index < 0 ? nil : Program.Slot(index)
    }
  }

  /// How many of something follow.
  mutating func decodeCount() throws -> Int {
    let count = try decode(Int.self)
    // Each takes an element of the list at least.
    guard count >= 0, self.count.map({ count <= $0 }) ?? true else {
      throw KernelError.invalid("\(count) elements that are not there")
    }
    return count
  }
}
