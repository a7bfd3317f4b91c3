// What the kernels cost that compute more than they move. Shapes have been checked when these are asked.

extension ConvKernel {
  public func flops(_ operands: [TensorSpec?], _ results: [TensorSpec]) -> Double {
    windowFlops(weights: operands[1], results[0])
  }
}

extension ChannelsLastConvKernel {
  public func flops(_ operands: [TensorSpec?], _ results: [TensorSpec]) -> Double {
    conv.flops(operands, results)
  }
}

extension ChannelsLastDepthwiseConvKernel {
  public func flops(_ operands: [TensorSpec?], _ results: [TensorSpec]) -> Double {
    conv.flops(operands, results)
  }
}

extension ChannelsLastExpandedDepthwiseConvKernel {
  public func flops(_ operands: [TensorSpec?], _ results: [TensorSpec]) -> Double {
    guard let x = operands[0], let w = operands[3] else { return 0 }
    return conv.flops(operands, results) + 2 * Double(x.count) * Double(w.shape[0])
  }
}

extension ChannelsLastPooledConvKernel {
  public func flops(_ operands: [TensorSpec?], _ results: [TensorSpec]) -> Double {
    guard let x = operands[0], let w = operands[1], let plan = try? ConvPlan(conv, channelsLast: x.shape, w.shape)
    else { return 0 }
    let images = TensorSpec(.float, [plan.batch] + plan.window.output + [plan.outputs])
    return windowFlops(weights: w, images) + pool.flops(operands, results)
  }
}

extension ConvIntegerKernel {
  public func flops(_ operands: [TensorSpec?], _ results: [TensorSpec]) -> Double {
    windowFlops(weights: operands[1], results[0])
  }
}

extension QLinearConvKernel {
  public func flops(_ operands: [TensorSpec?], _ results: [TensorSpec]) -> Double {
    windowFlops(weights: operands[3], results[0])
  }
}

extension DeformConvKernel {
  public func flops(_ operands: [TensorSpec?], _ results: [TensorSpec]) -> Double {
    windowFlops(weights: operands[1], results[0])
  }
}

extension ConvTransposeKernel {
  public func flops(_ operands: [TensorSpec?], _ results: [TensorSpec]) -> Double {
    // The convolution whose gradient it is has the operand for its result.
    operands[0].map { windowFlops(weights: operands[1], $0) } ?? 0
  }
}

extension ChannelsLastConvTransposeKernel {
  public func flops(_ operands: [TensorSpec?], _ results: [TensorSpec]) -> Double {
    transpose.flops(operands, results)
  }
}

extension PoolKernel {
  public func flops(_ operands: [TensorSpec?], _ results: [TensorSpec]) -> Double {
    poolFlops(kernelShape, results[0])
  }
}

extension ChannelsLastMaxPoolKernel {
  public func flops(_ operands: [TensorSpec?], _ results: [TensorSpec]) -> Double {
    pool.flops(operands, results)
  }
}

extension ChannelsLastAveragePoolKernel {
  public func flops(_ operands: [TensorSpec?], _ results: [TensorSpec]) -> Double {
    pool.flops(operands, results)
  }
}

extension GlobalPoolKernel {
  public func flops(_ operands: [TensorSpec?], _ results: [TensorSpec]) -> Double { Double(operands[0]?.count ?? 0) }
}

extension MatMulKernel {
  public func flops(_ operands: [TensorSpec?], _ results: [TensorSpec]) -> Double {
    productFlops(depth: operands[0]?.shape.last, results[0])
  }
}

extension MatMulIntegerKernel {
  public func flops(_ operands: [TensorSpec?], _ results: [TensorSpec]) -> Double {
    productFlops(depth: operands[0]?.shape.last, results[0])
  }
}

extension QLinearMatMulKernel {
  public func flops(_ operands: [TensorSpec?], _ results: [TensorSpec]) -> Double {
    productFlops(depth: operands[0]?.shape.last, results[0])
  }
}

extension MatMulNBitsKernel {
  public func flops(_ operands: [TensorSpec?], _ results: [TensorSpec]) -> Double {
    productFlops(depth: operands[0]?.shape.last, results[0])
  }
}

extension GemmKernel {
  public func flops(_ operands: [TensorSpec?], _ results: [TensorSpec]) -> Double {
    productFlops(depth: transA ? operands[0]?.shape.first : operands[0]?.shape.last, results[0])
  }
}

extension AttentionKernel {
  public func flops(_ operands: [TensorSpec?], _ results: [TensorSpec]) -> Double {
    // The last result has an element for each query and key of each head, the two before the keys and the values.
    guard results.count == 4, let size = results[1].shape.last, let valueSize = results[2].shape.last else { return 0 }
    return 2 * Double(results[3].count) * Double(size + valueSize)
  }
}

extension LinearAttentionKernel {
  public func flops(_ operands: [TensorSpec?], _ results: [TensorSpec]) -> Double {
    // Each step of each head updates its state of keys by values, and each query reads it.
    guard let q = operands[0], q.rank == 3, let size = q.shape.last, let v = operands[2]?.shape.last else { return 0 }
    let steps = Double(q.shape[0]) * Double(q.shape[1])
    let (keySize, valueSize) = (size / max(1, queryHeads), v / max(1, heads))
    return 2 * steps * Double(heads + queryHeads) * Double(keySize) * Double(valueSize)
  }
}

extension EinsumKernel {
  public func flops(_ operands: [TensorSpec?], _ results: [TensorSpec]) -> Double {
    // A product of all factors and a sum for each combination of indices.
    let shapes = operands.compactMap { $0?.shape }
    guard shapes.count == operands.count, let combinations = try? combinations(shapes) else { return 0 }
    return combinations * Double(max(1, shapes.count))
  }
}

extension LinearRegressorKernel {
  public func flops(_ operands: [TensorSpec?], _ results: [TensorSpec]) -> Double {
    2 * Double(operands[0]?.count ?? 0) * Double(scores.count)
  }
}

extension LinearClassifierKernel {
  public func flops(_ operands: [TensorSpec?], _ results: [TensorSpec]) -> Double {
    2 * Double(operands[0]?.count ?? 0) * Double(scores.count)
  }
}

extension LSTMKernel {
  public func flops(_ operands: [TensorSpec?], _ results: [TensorSpec]) -> Double { recurrentFlops(operands) }
}

extension GRUKernel {
  public func flops(_ operands: [TensorSpec?], _ results: [TensorSpec]) -> Double { recurrentFlops(operands) }
}

extension RNNKernel {
  public func flops(_ operands: [TensorSpec?], _ results: [TensorSpec]) -> Double { recurrentFlops(operands) }
}

/// A product with the weights of one output channel for each element of the result.
private func windowFlops(weights: TensorSpec?, _ result: TensorSpec) -> Double {
  guard let weights, let channels = weights.shape.first, channels > 0 else { return 0 }
  return 2 * Double(result.count) * Double(weights.count / channels)
}

/// A comparison or an addition for each element of the window.
private func poolFlops(_ kernel: [Int], _ result: TensorSpec) -> Double {
  kernel.reduce(Double(result.count)) { $0 * Double($1) }
}

private func productFlops(depth: Int?, _ result: TensorSpec) -> Double { 2 * Double(result.count) * Double(depth ?? 0) }

/// Every step of every sequence is multiplied by all weights.
private func recurrentFlops(_ operands: [TensorSpec?]) -> Double {
  guard let x = operands[0], x.rank == 3, let weights = operands[1], let recurrent = operands[2] else { return 0 }
  return 2 * Double(x.shape[0]) * Double(x.shape[1]) * Double(weights.count + recurrent.count)
}
