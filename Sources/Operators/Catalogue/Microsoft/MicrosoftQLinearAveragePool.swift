import Graph

/// The mean of the elements of a quantized tensor under each place of a window.
enum MicrosoftQLinearAveragePoolOp: QuantizedPoolOp {
  static let attributes: [OperatorSchema.Attribute] = [
    .string("auto_pad", "NOTSET"), .int("ceil_mode", 0), .int("channels_last", 0), .int("count_include_pad", 0),
    .ints("kernel_shape"), .ints("pads"), .ints("strides"),
  ]
  static let function: any OperatorDefinition.Type = AveragePoolOp.self
}
