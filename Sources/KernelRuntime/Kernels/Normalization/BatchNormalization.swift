import CKernels

/// Normalizes each channel of operand 0 (batch, channels...) by operands 3 and 4, its mean and variance, then scales by
/// operand 1 and shifts by operand 2.
///
/// In training mode the statistics are the operand's own, and results 1 and 2 are the updated running ones.
public struct BatchNormalizationKernel: Kernel {
  public var epsilon: Double
  public var momentum: Double
  public var trainingMode: Bool
  /// What the result is limited to: an activation in passing. Floats with given statistics only.
  public var low: Float?
  public var high: Float?

  public init(
    epsilon: Double = 1e-5, momentum: Double = 0.9, trainingMode: Bool = false, low: Float? = nil, high: Float? = nil
  ) {
    self.low = low
    self.high = high
    self.epsilon = epsilon
    self.momentum = momentum
    self.trainingMode = trainingMode
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    guard x.rank >= 1 else { throw .invalid("a scalar has no channels") }
    let channels = x.rank == 1 ? 1 : x.shape[1]
    var parameters: [@Sendable (UnsafePointer<UInt8>, Int) -> Double] = []
    var results = [x]
    for i in 1...4 {
      let spec = try operands.spec(i)
      try require(spec, has: [channels], "operand \(i)")
      parameters.append(try spec.type.float(Load()))
      if i > 2, trainingMode { results.append(spec) }
    }
    let isFused = low != nil || high != nil
    if x.type == .float, !trainingMode, isFused || !options.reference {
      return try prepareFloat(x, channels: channels, parameters)
    }
    if isFused { throw .unsupported("a fused normalization of \(x.type.name) or in training") }
    return try x.type.float(
      Visit(
        kernel: self, batch: x.shape[0], channels: channels, size: product(x.shape.dropFirst(2)),
        parameters: parameters,
        stores: try results.dropFirst().map { (spec) throws(KernelError) in try spec.type.float(Store()) },
        results: results))
  }

  private func prepareFloat(
    _ x: TensorSpec, channels: Int, _ parameters: [@Sendable (UnsafePointer<UInt8>, Int) -> Double]
  ) throws(KernelError) -> Prepared {
    let size = product(x.shape.dropFirst(2))
    let batch = x.shape[0]
    let (low, high) = (low ?? -.infinity, high ?? .infinity)
    let scratchBytes = try checkedProduct(channels, 2 * MemoryLayout<Float>.size)
    return Prepared([x], scratchBytes: scratchBytes, inPlaceOperand: 0) { [epsilon] invocation in
      nonisolated(unsafe) let x = invocation.operand(0, as: Float.self)
      nonisolated(unsafe) let y = invocation.result(0, as: Float.self)
      nonisolated(unsafe) let factors = invocation.scratch.assumingMemoryBound(to: Float.self)
      nonisolated(unsafe) let shifts = factors + channels
      let (scale, bias) = (invocation.operand(1, as: UInt8.self), invocation.operand(2, as: UInt8.self))
      let (means, variances) = (invocation.operand(3, as: UInt8.self), invocation.operand(4, as: UInt8.self))
      for c in 0..<channels {
        let factor = parameters[0](scale, c) / (parameters[3](variances, c) + epsilon).squareRoot()
        factors[c] = Float(factor)
        shifts[c] = Float(parameters[1](bias, c) - parameters[2](means, c) * factor)
      }
      // Single elements fill no vectors, but all channels of one do.
      guard size > 1 else {
        return invocation.threads.forRanges(batch, grain: max(1, cheapGrain / max(1, channels))) { range in
          let at = range.lowerBound * channels
          onramp_scale_shift_channels(y + at, channels, x + at, range.count, channels, factors, shifts, low, high)
        }
      }
      invocation.threads.forRanges(batch * channels, grain: max(1, cheapGrain / max(1, size))) { range in
        for plane in range {
          let c = plane % channels
          onramp_scale_shift(y + plane * size, x + plane * size, size, factors[c], shifts[c], low, high)
        }
      }
    }
  }

  private struct Load: FloatVisitor {
    func visit<T: FloatElement>(_ type: T.Type) -> @Sendable (UnsafePointer<UInt8>, Int) -> Double {
      { UnsafeRawPointer($0).assumingMemoryBound(to: T.self)[$1].compute.double }
    }
  }
  private struct Store: FloatVisitor {
    func visit<T: FloatElement>(_ type: T.Type) -> @Sendable (UnsafeMutablePointer<UInt8>, Int, Double) -> Void {
      { UnsafeMutableRawPointer($0).assumingMemoryBound(to: T.self)[$1] = T(compute: T.Compute(double: $2)) }
    }
  }

  private struct Visit: FloatVisitor {
    let kernel: BatchNormalizationKernel
    let batch: Int
    let channels: Int
    let size: Int
    let parameters: [@Sendable (UnsafePointer<UInt8>, Int) -> Double]
    let stores: [@Sendable (UnsafeMutablePointer<UInt8>, Int, Double) -> Void]
    let results: [TensorSpec]

    func visit<T: FloatElement>(_ type: T.Type) -> Prepared {
      Prepared(results, inPlaceOperand: kernel.trainingMode ? nil : 0) { [self] invocation in
        nonisolated(unsafe) let x = invocation.operand(0, as: T.self)
        nonisolated(unsafe) let y = invocation.wantedResult(0, as: T.self)
        nonisolated(unsafe) let scale = invocation.operand(1, as: UInt8.self)
        nonisolated(unsafe) let bias = invocation.operand(2, as: UInt8.self)
        nonisolated(unsafe) let means = invocation.operand(3, as: UInt8.self)
        nonisolated(unsafe) let variances = invocation.operand(4, as: UInt8.self)
        nonisolated(unsafe) let newMeans = kernel.trainingMode ? invocation.wantedResult(1, as: UInt8.self) : nil
        nonisolated(unsafe) let newVariances = kernel.trainingMode ? invocation.wantedResult(2, as: UInt8.self) : nil
        invocation.threads.forRanges(channels, grain: max(1, cheapGrain / max(1, batch * size))) { range in
          for c in range {
            var mean = parameters[2](means, c)
            var variance = parameters[3](variances, c)
            if kernel.trainingMode {
              var statistics = Statistics()
              for n in 0..<batch {
                let from = x + (n * channels + c) * size
                for i in 0..<size { statistics.sum += from[i].compute.double }
              }
              statistics.count = batch * size
              let center = statistics.mean
              for n in 0..<batch {
                let from = x + (n * channels + c) * size
                for i in 0..<size {
                  let difference = from[i].compute.double - center
                  statistics.squares += difference * difference
                }
              }
              let momentum = kernel.momentum
              if let newMeans { stores[0](newMeans, c, mean * momentum + center * (1 - momentum)) }
              if let newVariances {
                stores[1](newVariances, c, variance * momentum + statistics.variance * (1 - momentum))
              }
              mean = center
              variance = statistics.variance
            }
            guard let y else { continue }
            let factor = parameters[0](scale, c) / (variance + kernel.epsilon).squareRoot()
            let a = T.Compute(double: factor)
            let b = T.Compute(double: parameters[1](bias, c) - mean * factor)
            for n in 0..<batch {
              let at = (n * channels + c) * size
              for i in 0..<size { y[at + i] = T(compute: x[at + i].compute * a + b) }
            }
          }
        }
      }
    }
  }
}

/// A mean and a variance in the making, in double precision.
struct Statistics {
  var count = 0
  var sum = 0.0
  /// Of the differences to the mean.
  var squares = 0.0
  var mean: Double { sum / Double(count) }
  var variance: Double { squares / Double(count) }

  init() {}

  /// The statistics of `n` neighbouring elements.
  @inline(__always)
  init<T: FloatElement>(_ x: UnsafePointer<T>, _ n: Int) {
    count = n
    for i in 0..<n { sum += x[i].compute.double }
    let mean = mean
    for i in 0..<n {
      let difference = x[i].compute.double - mean
      squares += difference * difference
    }
  }
}
