import Graph
import KernelRuntime

/// The boxes that stay when of those that overlap too much only the best are kept.
enum NonMaxSuppressionOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    if let boxes = try call.shape(0, rank: 3), let scores = try call.shape(1, rank: 3) {
      _ = try call.unify(boxes[0], scores[0], "the batches of boxes and scores")
      _ = try call.unify(boxes[1], scores[2], "the numbers of boxes and scores")
      _ = try call.unify(boxes[2], 4, "the numbers of a box and 4")
    }
    return [.tensor(TensorType(.int64, [.local("count"), 3]))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    NonMaxSuppressionKernel(centerPointBox: try call.flag("center_point_box"))
  }
}
