import Graph
import KernelRuntime

/// A BatchNormalization with given statistics of a tensor with channels last, or of several that are joined along them; to
/// its result limits apply.
enum ChannelsLastBatchNormalizationOp: FusedOp {
  static var schema: OperatorSchema? {
    OperatorSchema(
      name,
      inputs: [
        .one("X", "T"), .one("scale", "T"), .one("B", "T"), .one("mean", "T"), .one("var", "T"),
        .variadic("More", "T", atLeast: 0),
      ],
      outputs: [.one("Y", "T")], attributes: [.float("epsilon", 1e-5), .float("low"), .float("high")],
      types: ["T": .tensors(.float)])
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let type = try call.sameElementType(call.operands.indices)
    var shapes: [[Dimension]] = []
    for i in call.operands.indices where i == 0 || i > 4 {
      guard let shape = try call.shape(i) else { return [.tensor(TensorType(type, nil))] }
      shapes.append(shape)
    }
    return [.tensor(TensorType(type, try call.concatenated(shapes, axis: -1)))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    ChannelsLastBatchNormalizationKernel(
      epsilon: Double(try call.float("epsilon")), low: try call.optionalFloat("low"),
      high: try call.optionalFloat("high"))
  }
}
