/// The product of quantized tensors, element by element.
enum MicrosoftQLinearMulOp: QuantizedBinaryOp {
  static let function = "Mul"
}
