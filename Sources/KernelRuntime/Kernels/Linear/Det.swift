/// The determinants of the square matrices that operand 0 holds.
public struct DetKernel: Kernel {
  public init() {}

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    guard x.rank >= 2, x.shape[x.rank - 1] == x.shape[x.rank - 2] else {
      throw .invalid("shape \(x.shape) holds no square matrices")
    }
    return try x.type.float(Visit(n: x.shape[x.rank - 1], result: TensorSpec(x.type, x.shape.dropLast(2))))
  }

  private struct Visit: FloatVisitor {
    let n: Int
    let result: TensorSpec
    func visit<T: FloatElement>(_ type: T.Type) -> Prepared {
      Prepared([result]) { [self] invocation in
        let x = invocation.operand(0, as: T.self)
        let y = invocation.result(0, as: T.self)
        for matrix in 0..<result.count {
          var a = (0..<n * n).map { x[matrix * n * n + $0].compute.double }
          var determinant = 1.0
          for column in 0..<n {
            // The largest pivot keeps rounding errors small.
            var pivot = column
            for row in column..<n where a[row * n + column].magnitude > a[pivot * n + column].magnitude { pivot = row }
            let factor = a[pivot * n + column]
            determinant *= factor
            if factor == 0 { break }
            if pivot != column {
              determinant = -determinant
              for j in column..<n { a.swapAt(pivot * n + j, column * n + j) }
            }
            for row in column + 1..<max(n, column + 1) {
              let ratio = a[row * n + column] / factor
              for j in column..<n { a[row * n + j] -= ratio * a[column * n + j] }
            }
          }
          y[matrix] = T(compute: T.Compute(double: determinant))
        }
      }
    }
  }
}
