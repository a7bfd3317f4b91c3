import Graph
import KernelRuntime

/// The cross entropy between target classes and the softmax of scores, weighted and reduced; and the softmax's logarithm.
enum SoftmaxCrossEntropyLossOp: ExpandedOp {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    [try call.tensorType(like: 0, call.lossShape()), try call.type(0)]
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    try builder.addCrossEntropy(call)
  }
}
