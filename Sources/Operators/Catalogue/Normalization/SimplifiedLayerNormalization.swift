import Graph
import KernelRuntime

/// The normalization by the root of the mean square, under the name that ONNX Runtime's exporters and optimizer write
/// into ONNX's own domain though the standard does not have it.
enum SimplifiedLayerNormalizationOp: ExpandedOp {
  static var schema: OperatorSchema? {
    OperatorSchema(
      name, inputs: [.one("X", "T"), .one("scale", "V")],
      outputs: [.one("Y", "V"), .optional("inv_std_var", "U")],
      attributes: [.int("axis", -1), .float("epsilon", 1e-5), .int("stash_type", 1)],
      types: ["T": .floats, "V": .floats, "U": .tensors(.float)])
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    guard let x = try call.shape(0) else {
      return [try call.tensorType(like: 1, nil), .tensor(TensorType(.float, nil))]
    }
    let axis = try call.axis(call.int("axis"), rank: x.count)
    try call.requireBroadcast(1, to: x)
    return [
      try call.tensorType(like: 1, x),
      .tensor(TensorType(.float, x[..<axis] + Array(repeating: 1, count: x.count - axis))),
    ]
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    guard try call.elementType("stash_type") == .float else {
      throw .unsupported("\(name) that does not compute in float")
    }
    guard let rank = try call.shape(0)?.count else { throw .unsupported("\(name) of a tensor of unknown rank") }
    let (axis, epsilon) = (try call.axis(call.int("axis"), rank: rank), try call.float("epsilon"))
    let x = try builder.required(0)
    let output = try builder.add(
      "RMSNormalization", [builder.cast(x, to: call.elementType(1)), builder.operand(1)],
      ["axis": .int(axis), "epsilon": .float(epsilon)])
    return [output, try builder.inverseRootMeanSquare(x, axes: Array(axis..<rank), epsilon: epsilon)]
  }
}
