/// The matrix product of 8-bit integers in 32 bits: operands A, B and their zero points, which are optional and may
/// vary with A's rows and B's columns.
public struct MatMulIntegerKernel: Kernel {
  public init() {}

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    try QuantizedProduct(
      a: .init(index: 0, zeroIndex: 2, axisFromEnd: 2), b: .init(index: 1, zeroIndex: 3, axisFromEnd: 1),
      operation: .matMul
    ).prepare(operands, options: options)
  }
}
