import Graph

extension OperatorCall {
  /// The shape of the result of a window over operand 0, images with channels last.
  ///
  /// - Parameter kernel: the window's extents.
  func channelsLastShape(kernel: [Dimension]) throws(Diagnostic) -> [Dimension]? {
    guard let x = try shape(0, rank: 4) else { return unknownShape(rank: 4) }
    return try [x[0]] + WindowAttributes(self).places(on: [x[1], x[2]], kernel: kernel, self) + [x[3]]
  }
}

extension OperatorSchema {
  /// The attributes of a pooling window.
  static let poolAttributes: [Attribute] = [
    .string("auto_pad", "NOTSET"), .int("ceil_mode", 0), .ints("dilations"), .ints("kernel_shape"), .ints("pads"),
    .ints("strides"),
  ]
}
