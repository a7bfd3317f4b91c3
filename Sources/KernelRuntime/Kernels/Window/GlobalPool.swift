import CKernels

/// Reduces all spatial dimensions of operand 0 (batch, channels, spatial...) to extent 1.
public struct GlobalPoolKernel: Kernel {
  public var function: PoolFunction
  /// The norm's exponent.
  public var p: Int

  public init(function: PoolFunction, p: Int = 2) {
    self.function = function
    self.p = p
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    guard x.rank >= 2 else { throw .invalid("pooling needs channels, not shape \(x.shape)") }
    guard function != .lp || p > 0 else { throw .invalid("the exponent \(p) of a norm") }
    let result = TensorSpec(x.type, Array(x.shape.prefix(2)) + [Int](repeating: 1, count: x.rank - 2))
    if x.type == .float, function == .average, !options.reference {
      let (planes, size) = (x.shape[0] * x.shape[1], product(x.shape.dropFirst(2)))
      return Prepared([result]) { invocation in
        nonisolated(unsafe) let x = invocation.operand(0, as: Float.self)
        nonisolated(unsafe) let y = invocation.result(0, as: Float.self)
        invocation.threads.forRanges(planes, grain: max(1, cheapGrain / max(1, size))) { range in
          for i in range { onramp_mean(y + i, x + i * size, size) }
        }
      }
    }
    return try x.type.float(
      Visit(kernel: self, planes: x.shape[0] * x.shape[1], size: product(x.shape.dropFirst(2)), result: result))
  }

  private struct Visit: FloatVisitor {
    let kernel: GlobalPoolKernel
    let planes: Int
    let size: Int
    let result: TensorSpec
    func visit<T: FloatElement>(_ type: T.Type) -> Prepared {
      Prepared([result]) { [self] invocation in
        nonisolated(unsafe) let x = invocation.operand(0, as: T.self)
        nonisolated(unsafe) let y = invocation.result(0, as: T.self)
        let p = T.Compute(kernel.p)
        invocation.threads.forRanges(planes, grain: max(1, cheapGrain / max(1, size))) { range in
          for i in range {
            let plane = x + i * size
            switch kernel.function {
            case .max:
              var greatest = size > 0 ? plane[0].compute : .lowest
              for j in 0..<size { if plane[j].compute > greatest || greatest.isNaN { greatest = plane[j].compute } }
              y[i] = T(compute: greatest)
            case .average:
              y[i] = T(compute: sum(plane, size) { $0 } / T.Compute(size))
            case .lp:
              y[i] = T(
                compute: p == 2
                  ? sum(plane, size) { $0 * $0 }.squareRoot() : sum(plane, size) { $0.magnitude.power(p) }.power(1 / p))
            }
          }
        }
      }
    }

    /// Four partial sums, which round less and depend less on each other than one.
    @inline(__always)
    private func sum<T: FloatElement>(
      _ x: UnsafePointer<T>, _ n: Int, _ f: (T.Compute) -> T.Compute
    ) -> T.Compute {
      var sums = SIMD4<Double>()
      var i = 0
      while i + 4 <= n {
        for lane in 0..<4 { sums[lane] += f(x[i + lane].compute).double }
        i += 4
      }
      while i < n {
        sums[0] += f(x[i].compute).double
        i += 1
      }
      return T.Compute(double: sums.sum())
    }
  }
}
