import Graph

/// The greatest element under each place of a window over a tensor whose channels come last.
enum MicrosoftNhwcMaxPoolOp: MicrosoftOp {
  static var schema: OperatorSchema? {
    OperatorSchema(
      name, inputs: [.one("x", "T")], outputs: [.one("y", "T")],
      attributes: [
        .string("auto_pad", "NOTSET"), .int("ceil_mode", 0), .ints("dilations"), .ints("kernel_shape"), .ints("pads"),
        .ints("strides"),
      ], types: ["T": .bytes])
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    try call.channelsLast { (call) throws(Diagnostic) in [try MaxPoolOp.infer(call)[0]] }
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    try builder.channelsLast(builder.required(0), call) { (x, builder) throws(Diagnostic) in
      [try builder.add("MaxPool", [x], call.attributes)]
    }
  }
}

extension OperatorCall {
  /// The types that a body infers for operand 0 with its channels moved before its spatial dimensions, moved back.
  func channelsLast(
    _ body: (OperatorCall) throws(Diagnostic) -> [ValueType]
  ) throws(Diagnostic) -> [ValueType] {
    var x = try tensor(0)
    x.shape = try shape(0, minimumRank: 3).map { [$0[0], $0[$0.count - 1]] + $0[1..<$0.count - 1] }
    var types = operands.map(\.?.type)
    types[0] = .tensor(x)
    return try body(with(types, attributes: attributes)).map { type in
      guard let tensor = type.tensor, let y = tensor.shape, y.count > 2 else { return type }
      return .tensor(TensorType(tensor.elementType, [y[0]] + y[2...] + [y[1]]))
    }
  }
}

extension NodeBuilder {
  /// The values that a body makes of one with its channels moved before its spatial dimensions, moved back.
  mutating func channelsLast(
    _ x: ValueID, _ call: OperatorCall,
    _ body: (ValueID, inout NodeBuilder) throws(Diagnostic) -> [ValueID]
  ) throws(Diagnostic) -> [ValueID] {
    guard let rank = try call.shape(0)?.count, rank >= 3 else {
      throw .unsupported("\(call.op) of a tensor of unknown rank")
    }
    let first = try add("Transpose", [x], ["perm": .ints([0, rank - 1] + Array(1..<rank - 1))])
    var results: [ValueID] = []
    for result in try body(first, &self) {
      results.append(try add("Transpose", [result], ["perm": .ints([0] + Array(2..<rank) + [1])]))
    }
    return results
  }
}
