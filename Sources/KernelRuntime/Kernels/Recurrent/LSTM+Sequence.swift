import CKernels

extension LSTMKernel {
  /// Whether this is the usual form on floats: constant weights, no peepholes, no clipping, the standard's activations.
  func isUsual(_ plan: RecurrentPlan, _ operands: Operands) -> Bool {
    let names = (0..<plan.directions).flatMap { _ in Self.defaults.map { $0.lowercased() } }
    return plan.type == .float && !inputForget && !operands.has(7) && plan.clip == nil && plan.steps > 0
      && plan.inputSize > 0 && plan.hidden > 0 && operands.list[1]?.constant != nil && operands.list[2]?.constant != nil
      && (activations.isEmpty || activations.map { $0.lowercased() } == names)
  }

  /// Prepares the usual form, sequence by sequence.
  ///
  /// - Returns: nil for another form.
  func preparedSequence(_ plan: RecurrentPlan, _ operands: Operands) throws(KernelError) -> Prepared? {
    let (steps, batch, directions, inputs, hidden) = (
      plan.steps, plan.batch, plan.directions, plan.inputSize, plan.hidden
    )
    guard isUsual(plan, operands) else { return nil }
    let shape = onramp_lstm_best_shape()
    let gates = try checkedProduct(4, hidden)
    let width = try checkedProduct(
      try checkedSum(gates, shape.recurrent_panel - 1) / shape.recurrent_panel, shape.recurrent_panel)
    /// The weights of operand `i`, `columns` for each gate, in panels.
    func packed(_ i: Int, columns: Int, panel: Int) throws(KernelError) -> Tensor? {
      let count = try checkedProduct(width, columns)
      return try operands.packed(
        i, as: "\(directions) × \(gates) × \(columns) in \(width / panel) panels of \(panel)",
        byteCount: try checkedProduct(try checkedProduct(count, directions), 4), parts: directions
      ) { elements, address, _ in
        let to = address.assumingMemoryBound(to: Float.self)
        to.update(repeating: 0, count: count)
        onramp_lstm_pack(to, panel, elements.assumingMemoryBound(to: Float.self), gates, columns)
      }
    }
    guard let w = try packed(1, columns: inputs, panel: shape.input_panel),
      let r = try packed(2, columns: hidden, panel: shape.recurrent_panel)
    else { return nil }

    let ownCount = alignedSize(try checkedSum(onramp_lstm_scratch_count(inputs, hidden), 2 * hidden))
    let scratchBytes = try checkedProduct(try checkedProduct(ownCount, directions * batch), 4)
    let hasCell = operands.has(6)
    return Prepared(try plan.results(cell: true), scratchBytes: scratchBytes) {
      (invocation: borrowing Invocation) throws(KernelError) in
      nonisolated(unsafe) let x = invocation.operand(0, as: Float.self)
      nonisolated(unsafe) let bias = plan.hasBias ? invocation.operand(3, as: Float.self) : nil
      nonisolated(unsafe) let lengths = plan.hasLengths ? invocation.operand(4, as: Int32.self) : nil
      nonisolated(unsafe) let initial = plan.hasInitial ? invocation.operand(5, as: Float.self) : nil
      nonisolated(unsafe) let initialCell = hasCell ? invocation.operand(6, as: Float.self) : nil
      nonisolated(unsafe) let y = invocation.wantedResult(0, as: Float.self)
      nonisolated(unsafe) let last = invocation.wantedResult(1, as: Float.self)
      nonisolated(unsafe) let lastCell = invocation.wantedResult(2, as: Float.self)
      nonisolated(unsafe) let scratch = invocation.scratch.assumingMemoryBound(to: Float.self)
      if let lengths { try plan.check(lengths) }
      invocation.threads.forEach(directions * batch) { task in
        let (d, b) = task.quotientAndRemainder(dividingBy: batch)
        let length = lengths.map { Int($0[b]) } ?? steps
        let own = scratch + task * ownCount
        let (state, cell) = (own + (ownCount - 2 * hidden), own + (ownCount - hidden))
        let at = plan.stateOffset(d, b)
        for (value, given) in [(state, initial), (cell, initialCell)] {
          value.update(repeating: 0, count: hidden)
          if let given { value.update(from: given + at, count: hidden) }
        }
        if let y {
          for s in length..<steps { (y + plan.outputOffset(s, d, b)).update(repeating: 0, count: hidden) }
        }
        if length > 0 {
          let isBackward = plan.isReverse || d == 1
          let (first, way) = isBackward ? (length - 1, -1) : (0, 1)
          var sequence = onramp_lstm_sequence()
          (sequence.steps, sequence.inputs, sequence.hidden) = (length, inputs, hidden)
          sequence.x = x + (plan.isBatchFirst ? b * steps + first : first * batch + b) * inputs
          sequence.x_stride = way * (plan.isBatchFirst ? inputs : batch * inputs)
          sequence.w = w.address.assumingMemoryBound(to: Float.self) + d * width * inputs
          sequence.r = r.address.assumingMemoryBound(to: Float.self) + d * width * hidden
          sequence.bias = bias.map { $0 + d * 2 * gates }
          (sequence.state, sequence.cell) = (state, cell)
          sequence.y = y.map { $0 + plan.outputOffset(first, d, b) }
          sequence.y_stride = way * (plan.isBatchFirst ? directions * hidden : directions * batch * hidden)
          sequence.scratch = own
          onramp_lstm(&sequence)
        }
        if let last { (last + at).update(from: state, count: hidden) }
        if let lastCell { (lastCell + at).update(from: cell, count: hidden) }
      }
    }
  }
}
