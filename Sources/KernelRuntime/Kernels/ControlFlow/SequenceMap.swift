/// Runs a program once for each element of operand 0, a sequence, and makes sequences of what it gives.
///
/// Further operands, as many as the body takes, are sequences of the same length, of which each round sees its element,
/// or tensors, which every round sees; behind them come the body's captures.
public struct SequenceMapKernel: Kernel {
  public var body: NestedProgram

  public init(_ body: NestedProgram) { self.body = body }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let ownCount = body.ownInputCount
    guard ownCount >= 1, operands.count == ownCount + body.captureCount else {
      throw .invalid("\(operands.count) operands do not fit a body of \(ownCount) inputs")
    }
    let executor = try body.executor(options)
    let outputCount = body.program.outputs.count
    return Prepared(values: { (values, context) throws(KernelError) in
      guard let length = values[0]?.sequence?.count else { throw .invalid("operand 0 must be a sequence") }
      for case let sequence? in values[..<ownCount].map({ $0?.sequence }) where sequence.count != length {
        throw .invalid("sequences of \(length) and \(sequence.count) elements cannot be mapped together")
      }
      var results = [[RuntimeValue]](repeating: [], count: outputCount)
      for round in 0..<length {
        let inputs = values[..<ownCount].map { $0?.sequence.map { $0[round] } ?? $0 }
        let outputs = try executor.run(inputs + values[ownCount...], context)
        for (i, output) in outputs.enumerated() { results[i].append(output) }
      }
      return results.map { .sequence($0) }
    })
  }
}
