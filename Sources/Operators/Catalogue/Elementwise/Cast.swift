import Graph
import KernelRuntime

/// Each element converted to another type.
enum CastOp: OperatorDefinition {
  static let dimensionOrder = DimensionOrder.free

  static let propagation = ValuePropagation.custom { call in
    // Between integers wide enough for an extent nothing changes; what else it becomes is no extent.
    guard let to = try? call.elementType("to"), to == .int64 || to == .int32, let operand = call.operands.first,
      let type = operand?.type.tensor?.elementType, type.isInteger || type == .bool
    else { return nil }
    return operand?.elements?.dimensions
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    [.tensor(TensorType(try call.elementType("to"), try call.shape(0)))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    try cast(call, to: call.elementType("to"))
  }

  /// The kernel of `Cast` and `CastLike`, which share their other attributes.
  static func cast(_ call: OperatorCall, to type: ElementType) throws(Diagnostic) -> any Kernel {
    let mode = try call.optionalString("round_mode") ?? "up"
    guard let roundMode = RoundMode(rawValue: mode) else {
      throw .attribute("round_mode of \(call.op) is \"\(mode)\", which is none of its modes")
    }
    return CastKernel(to: type, saturate: try call.flag("saturate"), roundMode: roundMode)
  }
}
