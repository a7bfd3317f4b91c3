/// Convolution of quantized operands: X, its scale and zero point, W, its scale and zero point, the result's scale and
/// zero point, and an optional bias (int32). The parameters of W may vary with the output channel.
public struct QLinearConvKernel: Kernel {
  public var conv: ConvKernel

  /// - Parameter conv: the convolution's attributes.
  public init(conv: ConvKernel = ConvKernel()) { self.conv = conv }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let rank = try operands.spec(3).rank
    return try QuantizedProduct(
      a: .init(index: 0, zeroIndex: 2, axisFromEnd: nil), b: .init(index: 3, zeroIndex: 5, axisFromEnd: rank), bias: 8,
      operation: .conv(conv),
      requantization: .init(scales: (a: 1, b: 4, y: 6), zeroIndex: 7, axisFromEnd: (a: nil, b: rank - 1))
    ).prepare(operands, options: options)
  }
}
