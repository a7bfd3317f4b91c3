/// Joins the tensors of operand 0 along an axis, or stacks them along a new one.
public struct ConcatFromSequenceKernel: Kernel {
  public var axis: Int
  public var newAxis: Bool

  public init(axis: Int, newAxis: Bool = false) {
    self.axis = axis
    self.newAxis = newAxis
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    guard operands.has(0) else { throw .invalid("operand 0 is missing") }
    return Prepared(values: { (values, context) throws(KernelError) in
      var tensors: [Tensor] = []
      for element in try elements(values[0]) {
        guard let tensor = element.tensor else { throw .invalid("operand 0 must be a sequence of tensors") }
        tensors.append(tensor)
      }
      guard let first = tensors.first else { throw .invalid("an empty sequence has nothing to join") }
      if newAxis { return [.tensor(try ScanOutput(first.spec, axis: axis).stack(tensors))] }
      let results = try ConcatKernel(axis: axis).evaluate(tensors, options: context.options, threads: context.threads)
      return results.map { .tensor($0) }
    })
  }
}
