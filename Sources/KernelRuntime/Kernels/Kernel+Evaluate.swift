extension Kernel {
  /// Prepares the kernel and runs it once on tensors.
  ///
  /// - Parameter operands: in the operator's order; nil for absent optional ones.
  /// - Returns: all results, in the operator's order, which must be tensors.
  public func evaluate(
    _ operands: [Tensor?], options: KernelOptions = KernelOptions(), threads: ThreadPool
  ) throws(KernelError) -> [Tensor] {
    var tensors: [Tensor] = []
    for value in try evaluate(operands.map { $0.map { .tensor($0) } }, options: options, threads: threads) {
      guard let tensor = value?.tensor else { throw .unsupported("a result that is not a tensor") }
      tensors.append(tensor)
    }
    return tensors
  }

  /// Prepares the kernel and runs it once on values of any kind.
  ///
  /// - Parameter operands: in the operator's order; nil for absent optional ones.
  /// - Returns: all results, in the operator's order.
  public func evaluate(
    _ operands: [RuntimeValue?], options: KernelOptions = KernelOptions(), threads: ThreadPool
  ) throws(KernelError) -> [RuntimeValue?] {
    let prepared = try prepare(
      Operands(operands.map { $0.map { Operand(spec: nil, value: $0) } }), options: options)
    switch prepared.body {
    case .values(let body): return try body(operands, Prepared.Context(threads: threads, options: options))
    case .alias(let i):
      guard let source = operands[i]?.tensor else { throw .invalid("operand \(i) is not a tensor") }
      return [.tensor(try Tensor(prepared.results[0], buffer: source.buffer, byteOffset: source.byteOffset))]
    case .memory:
      var results: [Tensor] = []
      for spec in prepared.results { results.append(try Tensor(spec) { _ in }) }
      let scratch = try Buffer(byteCount: prepared.scratchBytes)
      try prepared.run(
        operands.map { $0?.tensor.map { UnsafeMutableRawPointer(mutating: $0.address) } },
        results.map { $0.buffer.address }, scratch: scratch.address, threads: threads)
      return results.map { .tensor($0) }
    }
  }
}
