import CKernels

extension LSTMKernel {
  /// Prepares the usual form for so many sequences of one length that they share the reading of recurrent weights: a step
  /// of all of them is one matrix product.
  ///
  /// - Returns: nil for another form, and for few sequences.
  func preparedBatch(_ plan: RecurrentPlan, _ operands: Operands) throws(KernelError) -> Prepared? {
    let (steps, batch, directions, inputs, hidden) = (
      plan.steps, plan.batch, plan.directions, plan.inputSize, plan.hidden
    )
    guard batch >= 4, !plan.hasLengths, isUsual(plan, operands) else { return nil }
    let width = try checkedProduct(4, hidden)
    func packed(_ i: Int, _ product: FloatProduct) throws(KernelError) -> Tensor? {
      let k = product.k
      return try operands.packed(
        i, as: product.form(stride: k, kStride: 1, count: directions),
        byteCount: try checkedProduct(try checkedProduct(product.packedCount, directions), 4)
      ) { elements, address, threads in
        product.pack(
          count: directions, from: elements.assumingMemoryBound(to: Float.self), at: { $0 * width * k }, stride: k,
          kStride: 1, to: address.assumingMemoryBound(to: Float.self), threads: threads)
      }
    }
    let inputProduct = FloatProduct(m: try checkedProduct(steps, batch), n: width, k: inputs)
    let recurrentProduct = FloatProduct(m: batch, n: width, k: hidden)
    guard let w = try packed(1, inputProduct), let r = try packed(2, recurrentProduct) else { return nil }

    let stateCount = try checkedProduct(batch, hidden)
    let ownCount = alignedSize(
      try checkedSum(try checkedProduct(inputProduct.m, width), try checkedSum(width, 2 * stateCount)))
    let scratchBytes = try checkedProduct(try checkedProduct(ownCount, directions), 4)
    let hasCell = operands.has(6)
    return Prepared(try plan.results(cell: true), scratchBytes: scratchBytes) { invocation in
      let x = invocation.operand(0, as: Float.self)
      let bias = plan.hasBias ? invocation.operand(3, as: Float.self) : nil
      let initial = plan.hasInitial ? invocation.operand(5, as: Float.self) : nil
      let initialCell = hasCell ? invocation.operand(6, as: Float.self) : nil
      nonisolated(unsafe) let y = invocation.wantedResult(0, as: Float.self)
      let last = invocation.wantedResult(1, as: Float.self)
      let lastCell = invocation.wantedResult(2, as: Float.self)
      let scratch = invocation.scratch.assumingMemoryBound(to: Float.self)
      let threads = invocation.threads
      // Two directions have a thread each; a single one's loops are shared out.
      threads.forEach(directions) { d in
        nonisolated(unsafe) let gates = scratch + d * ownCount
        nonisolated(unsafe) let state = gates + inputProduct.m * width
        nonisolated(unsafe) let cell = state + stateCount
        let biases = cell + stateCount
        for j in 0..<width { biases[j] = bias.map { $0[2 * d * width + j] + $0[(2 * d + 1) * width + j] } ?? 0 }
        for b in 0..<batch {
          for (value, given) in [(state, initial), (cell, initialCell)] {
            let to = value + b * hidden
            to.update(repeating: 0, count: hidden)
            if let given { to.update(from: given + plan.stateOffset(d, b), count: hidden) }
          }
        }
        inputProduct.run(
          a: .dense(x, stride: inputs), b: w.address.assumingMemoryBound(to: Float.self) + d * inputProduct.packedCount,
          c: gates, ldc: width, columnBias: biases, threads: threads)
        let recurrent = r.address.assumingMemoryBound(to: Float.self) + d * recurrentProduct.packedCount
        let pitch = plan.isBatchFirst ? steps * width : width
        for s in 0..<steps {
          let step = plan.isReverse || d == 1 ? steps - 1 - s : s
          nonisolated(unsafe) let rows = gates + (plan.isBatchFirst ? step : step * batch) * width
          recurrentProduct.run(
            a: .dense(state, stride: hidden), b: recurrent, c: rows, ldc: pitch, add: rows, threads: threads)
          threads.forRanges(batch, grain: max(1, cheapGrain / 16 / hidden)) { range in
            for b in range {
              onramp_lstm_cells(rows + b * pitch, cell + b * hidden, state + b * hidden, hidden)
              if let y { (y + plan.outputOffset(step, d, b)).update(from: state + b * hidden, count: hidden) }
            }
          }
        }
        for b in 0..<batch {
          if let last { (last + plan.stateOffset(d, b)).update(from: state + b * hidden, count: hidden) }
          if let lastCell { (lastCell + plan.stateOffset(d, b)).update(from: cell + b * hidden, count: hidden) }
        }
      }
    }
  }
}
