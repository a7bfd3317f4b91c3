/// Normalizes groups of channels of operand 0 (batch, channels...), then scales and shifts each channel by its element
/// of operands 1 and 2.
public struct GroupNormalizationKernel: Kernel {
  public var numGroups: Int
  public var epsilon: Double

  public init(numGroups: Int, epsilon: Double = 1e-5) {
    self.numGroups = numGroups
    self.epsilon = epsilon
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    try prepareGroups(operands, groups: numGroups, epsilon: epsilon)
  }
}

/// What group and instance normalization share.
func prepareGroups(_ operands: Operands, groups: Int, epsilon: Double) throws(KernelError) -> Prepared {
  let x = try operands.spec(0)
  guard x.rank >= 2, groups > 0 || x.shape[1] == 0, groups == 0 || x.shape[1] % groups == 0 else {
    throw .invalid("\(groups) groups of channels of shape \(x.shape)")
  }
  for i in 1...2 {
    let spec = try operands.spec(i)
    try require(spec, is: x.type, "operand \(i)")
    try require(spec, has: [x.shape[1]], "operand \(i)")
  }
  return try x.type.float(
    NormalizeGroups(
      spec: x, groups: x.shape[0] * groups, channels: x.shape[1], channelsPerGroup: x.shape[1] / max(groups, 1),
      size: product(x.shape.dropFirst(2)), epsilon: epsilon))
}

private struct NormalizeGroups: FloatVisitor {
  let spec: TensorSpec
  let groups: Int
  let channels: Int
  let channelsPerGroup: Int
  let size: Int
  let epsilon: Double

  func visit<T: FloatElement>(_ type: T.Type) -> Prepared {
    Prepared([spec]) { [self] invocation in
      nonisolated(unsafe) let x = invocation.operand(0, as: T.self)
      nonisolated(unsafe) let scale = invocation.operand(1, as: T.self)
      nonisolated(unsafe) let bias = invocation.operand(2, as: T.self)
      nonisolated(unsafe) let y = invocation.result(0, as: T.self)
      let length = channelsPerGroup * size
      guard length > 0 else { return }
      invocation.threads.forRanges(groups, grain: max(1, cheapGrain / 4 / length)) { range in
        for g in range {
          let statistics = Statistics(x + g * length, length)
          let inverse = 1 / (statistics.variance + epsilon).squareRoot()
          for c in 0..<channelsPerGroup {
            let channel = (g * channelsPerGroup + c) % channels
            let a = T.Compute(double: scale[channel].compute.double * inverse)
            let b = bias[channel].compute
            // The mean is not put into the bias: where there is little variance, the factor is large.
            let mean = T.Compute(double: statistics.mean)
            let at = g * length + c * size
            for i in 0..<size { y[at + i] = T(compute: (x[at + i].compute - mean) * a + b) }
          }
        }
      }
    }
  }
}
