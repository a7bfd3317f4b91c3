/// Lists the coordinates of the elements of operand 0 that are not zero: one row for each dimension, int64.
public struct NonZeroKernel: Kernel {
  public init() {}

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.tensor(0)
    let isZero: [Bool]
    if x.type == .string {
      isZero = x.withElements(as: String.self) { $0.map(\.isEmpty) }
    } else if let doubles = x.doubles {
      isZero = doubles.map { $0 == 0 }
    } else if let parts = x.complexParts {
      isZero = (0..<x.count).map { parts[2 * $0] == 0 && parts[2 * $0 + 1] == 0 }
    } else {
      throw .unsupported("NonZero on \(x.type.name)")
    }
    let found = isZero.indices.filter { !isZero[$0] }
    let shape = x.shape
    let strides = denseStrides(shape)
    return Prepared([TensorSpec(.int64, [shape.count, found.count])]) { invocation in
      let y = invocation.result(0, as: Int64.self)
      for d in shape.indices {
        for (i, at) in found.enumerated() { y[d * found.count + i] = Int64(at / strides[d] % shape[d]) }
      }
    }
  }
}
