import Graph

extension OperatorCall {
  /// The shape of the result of a window over operand 0, images or sequences with channels last.
  ///
  /// - Parameter kernel: the window's extents.
  func channelsLastShape(kernel: [Dimension]) throws(Diagnostic) -> [Dimension]? {
    guard let x = try shape(0, rank: kernel.count + 2) else { return unknownShape(rank: kernel.count + 2) }
    return try [x[0]] + WindowAttributes(self).places(on: Array(x[1...kernel.count]), kernel: kernel, self)
      + [x[kernel.count + 1]]
  }
}

extension OperatorSchema {
  /// The attributes of a pooling window.
  static let poolAttributes: [Attribute] = [
    .string("auto_pad", "NOTSET"), .int("ceil_mode", 0), .ints("dilations"), .ints("kernel_shape"), .ints("pads"),
    .ints("strides"),
  ]
}
