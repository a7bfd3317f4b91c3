import Graph
import KernelRuntime

/// The cross entropy between target classes and the softmax of scores, weighted and reduced; and the softmax's logarithm.
enum SoftmaxCrossEntropyLossOp: ExpandedOp {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    [try call.tensorType(like: 0, call.lossShape()), try call.type(0)]
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    let operands = builder.operands
    guard operands.count >= 2, let scores = operands[0], let target = operands[1] else { return nil }
    let logarithms = try builder.add("LogSoftmax", [scores], ["axis": .int(1)])
    let weight = operands.count > 2 ? operands[2] : nil
    return [try call.expandLoss(logarithms: logarithms, target: target, weight: weight, &builder), logarithms]
  }
}
