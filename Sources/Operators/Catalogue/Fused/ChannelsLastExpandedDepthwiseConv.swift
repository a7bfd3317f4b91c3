import Graph
import KernelRuntime

/// A pointwise convolution of images with channels last, by the weights E and the bias F, then a depthwise convolution of
/// what it gives. Attributes whose names start with "expansion_" say what applies in between.
enum ChannelsLastExpandedDepthwiseConvOp: FusedOp {
  static var schema: OperatorSchema? {
    OperatorSchema(
      name,
      inputs: [.one("X", "T"), .one("W", "T"), .optional("B", "T"), .one("E", "T"), .optional("F", "T")],
      outputs: [.one("Y", "T")], attributes: FusedConvOp.attributes + OperatorSchema.expansionAttributes,
      types: ["T": .tensors(.float)])
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let type = try call.sameElementType(0...4)
    guard let x = try call.shape(0, rank: 4), let w = try call.shape(1, rank: 4), let e = try call.shape(3, rank: 4)
    else { return [.tensor(TensorType(type, call.unknownShape(rank: 4)))] }
    _ = try call.unify(x[3], e[1], "the channels of images and of the expansion's weights")
    _ = try call.unify(e[0], w[0], "the channels of the expansion and of the weights")
    var shape = try call.channelsLastShape(kernel: call.windowExtents(Array(w[2...]), WindowAttributes(call)))
    shape?[3] = e[0]
    return [.tensor(TensorType(type, shape))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    let (low, high, activation) = try call.epilogue("expansion_")
    return ChannelsLastExpandedDepthwiseConvKernel(
      try FusedConvOp.convKernel(call), expansion: ConvKernel(low: low, high: high, activation: activation))
  }
}

extension OperatorSchema {
  /// The attributes of what an expansion does in the end.
  static let expansionAttributes = epilogueAttributes.map {
    Attribute(name: "expansion_\($0.name)", kind: $0.kind, isRequired: $0.isRequired, defaultValue: $0.defaultValue)
  }
}
