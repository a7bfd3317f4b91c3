/// The sum of quantized tensors.
enum MicrosoftQLinearAddOp: QuantizedBinaryOp {
  static let function = "Add"
}
