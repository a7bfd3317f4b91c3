/// The places, from -1 to 1, that affine maps, operand 0 (batch, rows, columns), send the pixels of an image of the
/// size that operand 1 lists (batch, channels, spatial...) to.
public struct AffineGridKernel: Kernel {
  public var alignCorners: Bool

  public init(alignCorners: Bool = false) { self.alignCorners = alignCorners }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let theta = try operands.spec(0)
    let size = try operands.integers(1)
    let rank = size.count - 2
    guard rank == 2 || rank == 3, size.allSatisfy({ $0 >= 0 }) else { throw .invalid("size \(size)") }
    try require(theta, has: [size[0], rank, rank + 1], "the maps")
    let spatial = Array(size.dropFirst(2))
    let result = try TensorSpec.checked(theta.type, [size[0]] + spatial + [rank])
    return try theta.type.float(
      Visit(batch: size[0], spatial: spatial, alignCorners: alignCorners, result: result))
  }

  private struct Visit: FloatVisitor {
    let batch: Int
    let spatial: [Int]
    let alignCorners: Bool
    let result: TensorSpec
    func visit<T: FloatElement>(_ type: T.Type) -> Prepared {
      Prepared([result]) { [self] invocation in
        let theta = invocation.operand(0, as: T.self)
        let y = invocation.result(0, as: T.self)
        let rank = spatial.count
        let count = product(spatial)
        let strides = denseStrides(spatial)
        for n in 0..<batch {
          for i in 0..<count {
            for row in 0..<rank {
              let map = theta + (n * rank + row) * (rank + 1)
              var sum = map[rank].compute.double
              for d in 0..<rank {
                let (at, extent) = (Double(i / strides[d] % spatial[d]), Double(spatial[d]))
                let place =
                  alignCorners ? (extent == 1 ? -1 : 2 * at / (extent - 1) - 1) : (2 * at + 1) / extent - 1
                // The last spatial dimension is the first coordinate.
                sum += map[rank - 1 - d].compute.double * place
              }
              y[(n * count + i) * rank + row] = T(compute: T.Compute(double: sum))
            }
          }
        }
      }
    }
  }
}
