import Graph
import KernelRuntime

/// Features minus an offset, times a scale.
enum ScalerOp: ClassicalOp, ExpandedOp {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    [.tensor(TensorType(.float, try call.shape(0)))]
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    var result = try builder.cast(builder.required(0), to: .float)
    for (attribute, function) in [("offset", "Sub"), ("scale", "Mul")] {
      result = try builder.add(function, [result, builder.constant(call.floats(attribute))])
    }
    return [result]
  }
}
