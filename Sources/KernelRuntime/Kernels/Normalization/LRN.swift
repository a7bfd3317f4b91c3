/// Divides each element of operand 0 (batch, channels...) by a power of the squares in the channels around it.
public struct LRNKernel: Kernel {
  public var alpha: Double
  public var beta: Double
  public var bias: Double
  /// How many channels are summed.
  public var size: Int

  public init(alpha: Double = 1e-4, beta: Double = 0.75, bias: Double = 1, size: Int) {
    self.alpha = alpha
    self.beta = beta
    self.bias = bias
    self.size = size
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    guard x.rank >= 2, size > 0, size < 1 << 31 else { throw .invalid("\(size) channels of shape \(x.shape)") }
    return try x.type.float(
      Visit(
        kernel: self, spec: x, batch: x.shape[0], channels: x.shape[1], inner: product(x.shape.dropFirst(2))))
  }

  private struct Visit: FloatVisitor {
    let kernel: LRNKernel
    let spec: TensorSpec
    let batch: Int
    let channels: Int
    let inner: Int
    func visit<T: FloatElement>(_ type: T.Type) -> Prepared {
      Prepared([spec]) { [self] invocation in
        nonisolated(unsafe) let x = invocation.operand(0, as: T.self)
        nonisolated(unsafe) let y = invocation.result(0, as: T.self)
        let (before, after) = ((kernel.size - 1) / 2, kernel.size / 2)
        let bias = T.Compute(double: kernel.bias)
        let scale = T.Compute(double: kernel.alpha / Double(kernel.size))
        let beta = T.Compute(double: kernel.beta)
        invocation.threads.forRanges(batch * channels, grain: max(1, cheapGrain / 16 / max(1, inner))) { range in
          for plane in range {
            let (n, c) = plane.quotientAndRemainder(dividingBy: channels)
            let around = max(0, c - before)...min(channels - 1, c + after)
            for i in 0..<inner {
              var sum: T.Compute = 0
              for k in around {
                let value = x[(n * channels + k) * inner + i].compute
                sum += value * value
              }
              let at = plane * inner + i
              y[at] = T(compute: x[at].compute / (bias + scale * sum).power(beta))
            }
          }
        }
      }
    }
  }
}
