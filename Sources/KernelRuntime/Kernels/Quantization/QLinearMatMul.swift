/// The matrix product of quantized operands: A, its scale and zero point, B, its scale and zero point, the result's
/// scale and zero point.
public struct QLinearMatMulKernel: Kernel {
  public init() {}

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    try QuantizedProduct(
      a: .init(index: 0, zeroIndex: 2, axisFromEnd: 2), b: .init(index: 3, zeroIndex: 5, axisFromEnd: 1),
      operation: .matMul,
      requantization: .init(scales: (a: 1, b: 4, y: 6), zeroIndex: 7, axisFromEnd: (a: 2, b: 1))
    ).prepare(operands, options: options)
  }
}
