/// Convolution of 8-bit integers in 32 bits: operands X, W and their zero points, which are optional; that of W may
/// vary with the output channel.
public struct ConvIntegerKernel: Kernel {
  public var conv: ConvKernel

  /// - Parameter conv: the convolution's attributes.
  public init(conv: ConvKernel = ConvKernel()) { self.conv = conv }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let rank = try operands.spec(1).rank
    return try QuantizedProduct(
      a: .init(index: 0, zeroIndex: 2, axisFromEnd: nil), b: .init(index: 1, zeroIndex: 3, axisFromEnd: rank),
      operation: .conv(conv)
    ).prepare(operands, options: options)
  }
}
