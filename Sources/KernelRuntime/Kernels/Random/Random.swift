/// Which numbers `RandomKernel` draws.
public enum RandomDistribution: Codable, Hashable, Sendable {
  case normal(mean: Double, scale: Double)
  case uniform(low: Double, high: Double)
  /// Ones with the probabilities that operand 0 holds, else zeros.
  case bernoulli
}

/// A tensor of random numbers, the same in every run with the same seed. Its shape is fixed or operand 0's.
public struct RandomKernel: Kernel {
  public var distribution: RandomDistribution
  /// The result's type; nil for operand 0's.
  public var type: ElementType?
  /// The result's shape; nil for operand 0's.
  public var shape: [Int]?
  public var seed: UInt64

  public init(distribution: RandomDistribution, type: ElementType? = nil, shape: [Int]? = nil, seed: UInt64 = 0) {
    self.distribution = distribution
    self.type = type
    self.shape = shape
    self.seed = seed
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let type = if let type { type } else { try operands.spec(0).type }
    let shape = if let shape { shape } else { try operands.spec(0).shape }
    let result = try TensorSpec.checked(type, shape)
    var widen: Prepared?
    if distribution == .bernoulli {
      widen = try CastKernel(to: .double).prepare(Operands([Operand(spec: try operands.spec(0))]), options: options)
    }
    let narrow = try CastKernel(to: type).prepare(
      Operands([Operand(spec: TensorSpec(.double, shape))]), options: options)
    let (count, widened) = (result.count, widen)
    return Prepared([result], scratchBytes: count * 8) {
      [distribution, seed] (invocation: borrowing Invocation) throws(KernelError) in
      let values = invocation.scratch.assumingMemoryBound(to: Double.self)
      if let widened {
        try widened.run(
          [UnsafeMutableRawPointer(mutating: invocation.operand(0, as: UInt8.self))], [invocation.scratch],
          like: invocation)
      }
      var random = RandomSource(seed: seed)
      for i in 0..<count {
        values[i] =
          switch distribution {
          case .normal(let mean, let scale): mean + scale * random.normal()
          case .uniform(let low, let high): low + (high - low) * random.uniform()
          case .bernoulli: random.uniform() < values[i] ? 1 : 0
          }
      }
      let to = UnsafeMutableRawPointer(invocation.result(0, as: UInt8.self))
      try narrow.run([invocation.scratch], [to], like: invocation)
    }
  }
}
