/// Runs one of two programs, by operand 0. Behind it come what the one for false captures and then what the other does.
public struct IfKernel: Kernel {
  public var thenBody: NestedProgram
  public var elseBody: NestedProgram

  public init(then thenBody: NestedProgram, else elseBody: NestedProgram) {
    self.thenBody = thenBody
    self.elseBody = elseBody
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let elseCount = elseBody.captureCount
    guard operands.count == 1 + elseCount + thenBody.captureCount else {
      throw .invalid("\(operands.count) operands for a condition and its branches' captures")
    }
    // A branch that does not fit the shapes at hand matters only when it is taken.
    let thenExecutor = try thenBody.executor(options, deferringErrors: true)
    let elseExecutor = try elseBody.executor(options, deferringErrors: true)
    return Prepared(values: { (values, context) throws(KernelError) in
      let isTrue = try flag(values[0], "the condition")
      let captures = isTrue ? values[(1 + elseCount)...] : values[1..<(1 + elseCount)]
      return try (isTrue ? thenExecutor : elseExecutor).run(Array(captures), context)
    })
  }
}

/// The truth value that a tensor of one element holds.
func flag(_ value: RuntimeValue?, _ what: String) throws(KernelError) -> Bool {
  guard let tensor = value?.tensor, tensor.type == .bool, tensor.count == 1, let number = tensor.integers?.first else {
    throw .invalid("\(what) must be one boolean")
  }
  return number != 0
}
