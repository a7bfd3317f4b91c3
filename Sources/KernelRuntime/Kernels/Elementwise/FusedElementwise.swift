import CKernels

/// Applies functions of elements one after another to float operands, broadcast against each other as numpy does, in one
/// pass: what lies between the steps stays in the cache. Each step computes exactly what its function's own kernel does.
public struct FusedElementwiseKernel: Kernel {
  /// What a step does.
  public enum Function: Codable, Hashable, Sendable {
    case unary(UnaryFunction, parameters: [Float])
    case binary(BinaryFunction)
    case clip(low: Float, high: Float)
  }

  /// A function of one or two values. Values are numbered: the operands, then the constants, then the results of the
  /// steps.
  public struct Step: Codable, Hashable, Sendable {
    public var function: Function
    public var arguments: [Int]

    public init(_ function: Function, _ arguments: [Int]) {
      self.function = function
      self.arguments = arguments
    }
  }

  /// Numbers that steps use.
  public var constants: [Float]
  /// In the order in which they run; the last one's result is the kernel's.
  public var steps: [Step]

  public init(constants: [Float], steps: [Step]) {
    self.constants = constants
    self.steps = steps
  }

  /// The most operands and the most steps.
  public static let maximalOperands = 4
  public static let maximalSteps = Int(ONRAMP_STEPS)

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    guard (1...Self.maximalOperands).contains(operands.count), constants.count <= Self.maximalSteps else {
      throw .unsupported("\(operands.count) operands and \(constants.count) constants in one pass")
    }
    let operandCount = operands.count
    var shapes: [[Int]] = []
    for i in 0..<operandCount {
      let spec = try operands.spec(i)
      try require(spec, is: .float, "operand \(i)")
      shapes.append(spec.shape)
    }
    let shape = try broadcastShape(shapes)
    let result = try TensorSpec.checked(.float, shape)
    let steps = try compiled(operandCount)
    if result.count == 0 { return Prepared([result]) { _ in } }
    let nest = LoopNest(shape, strides: shapes.map { broadcastStrides($0, to: shape) })
    let runs = BroadcastRuns(nest)
    let grain = max(1, cheapGrain / steps.count)
    return Prepared([result], inPlaceOperand: nest.wholeOperand) { [constants] invocation in
      // As numbers, of which a vector needs no memory from the heap.
      var operands = SIMD4<Int>()
      for i in 0..<operandCount { operands[i] = Int(bitPattern: invocation.operand(i, as: Float.self)) }
      let addresses = operands
      nonisolated(unsafe) let z = invocation.result(0, as: Float.self)
      let step = runs.step
      runs.forEach(invocation.threads, grain: grain) { start, offset, row, count, rowCount in
        withUnsafeTemporaryAllocation(of: onramp_stream.self, capacity: operandCount + constants.count) { streams in
          constants.withUnsafeBufferPointer { constants in
            for i in 0..<operandCount {
              let address = addresses[i] &+ offset[i] &* MemoryLayout<Float>.stride
              streams.initializeElement(
                at: i, to: onramp_stream(start: UnsafePointer(bitPattern: address), stride: step[i], row: row[i]))
            }
            for i in constants.indices {
              streams.initializeElement(
                at: operandCount + i, to: onramp_stream(start: constants.baseAddress.map { $0 + i }, stride: 0, row: 0))
            }
            onramp_run_steps(steps, steps.count, streams.baseAddress, streams.count, z + start, count, rowCount)
          }
        }
      }
    }
  }

  /// The steps as C takes them, each with a place for its result that no other value needs any more.
  private func compiled(_ operandCount: Int) throws(KernelError) -> [onramp_step] {
    guard (1...Self.maximalSteps).contains(steps.count) else {
      throw .unsupported("\(steps.count) steps in one pass")
    }
    let streams = operandCount + constants.count
    var lastUse = [Int](repeating: 0, count: steps.count)
    for (s, step) in steps.enumerated() {
      for argument in step.arguments {
        guard argument >= 0, argument < streams + s else {
          throw .invalid("step \(s) reads value \(argument), which is not there yet")
        }
        if argument >= streams { lastUse[argument - streams] = s }
      }
    }
    var free = Array(0..<Int(ONRAMP_STEP_ROOM))
    var rooms = [Int](repeating: 0, count: steps.count)
    var result: [onramp_step] = []
    for (s, step) in steps.enumerated() {
      var call = onramp_step()
      let count: Int
      switch step.function {
      case .unary(let function, let parameters):
        let kernel = UnaryKernel(function: function, parameters: parameters.map(Double.init))
        guard let vectorized = kernel.function.vectorized else {
          throw .unsupported("\(function.rawValue) as part of another kernel")
        }
        call.function = vectorized
        call.alpha = Float(kernel.parameters.first ?? 0)
        call.beta = Float(kernel.parameters.dropFirst().first ?? 0)
        count = 1
      case .clip(let low, let high):
        (call.function, call.alpha, call.beta) = (ONRAMP_CLIP, low, high)
        count = 1
      case .binary(let function):
        guard let vectorized = function.vectorized else {
          throw .unsupported("\(function.rawValue) as part of another kernel")
        }
        (call.combines, call.combination) = (1, vectorized)
        count = 2
      }
      guard step.arguments.count == count, let x = step.arguments.first, let y = step.arguments.last else {
        throw .invalid("step \(s) takes \(count) values, not \(step.arguments.count)")
      }
      (call.x, call.y) = (x, y)
      for argument in Set(step.arguments) where argument >= streams && lastUse[argument - streams] == s {
        free.append(rooms[argument - streams])
      }
      guard let room = free.popLast() else { throw .unsupported("so many values at a time in one pass") }
      rooms[s] = room
      call.room = room
      result.append(call)
    }
    return result
  }
}

extension FusedElementwiseKernel.Function {
  /// What a kernel does, as a step; nil for a kernel that cannot be one.
  public init?(_ kernel: any Kernel) {
    switch kernel {
    case let kernel as UnaryKernel where kernel.function.vectorized != nil:
      self = .unary(kernel.function, parameters: kernel.parameters.map { Float($0) })
    case let kernel as BinaryKernel where kernel.function.vectorized != nil:
      self = .binary(kernel.function)
    default: return nil
    }
  }
}
