import Graph

/// The mean of each channel of a quantized tensor.
enum MicrosoftQLinearGlobalAveragePoolOp: QuantizedPoolOp {
  static let attributes: [OperatorSchema.Attribute] = [.int("channels_last", 0)]
  static let function: any OperatorDefinition.Type = GlobalAveragePoolOp.self
}
