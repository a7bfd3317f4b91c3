extension Kernel {
  /// Prepares the kernel and runs it once on tensors.
  ///
  /// - Parameter operands: in the operator's order; nil for absent optional ones.
  /// - Returns: all results, in the operator's order.
  public func evaluate(
    _ operands: [Tensor?], options: KernelOptions = KernelOptions(), threads: ThreadPool
  ) throws(KernelError) -> [Tensor] {
    let list = operands.map { $0.map { Operand($0) } }
    let prepared = try prepare(Operands(list), options: options)
    var results: [Tensor] = []
    for spec in prepared.results {
      results.append(try Tensor(spec) { _ in })
    }
    if case .values(let body) = prepared.body {
      let context = Prepared.Context(threads: threads, options: options)
      let values = try body(operands.map { $0.map { .tensor($0) } }, context)
      for value in values {
        guard let tensor = value?.tensor else { throw .unsupported("a result that is not a tensor") }
        results.append(tensor)
      }
      return results
    }
    let scratch = try Buffer(byteCount: prepared.scratchBytes)
    let invocationOperands = operands.map { $0.map { UnsafeMutableRawPointer(mutating: $0.address) } }
    try prepared.run(
      invocationOperands, results.map { $0.buffer.address }, scratch: scratch.address, threads: threads)
    return results
  }
}
