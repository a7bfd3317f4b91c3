import Graph
import KernelRuntime

/// Minus the logarithm of the probability of each target class, weighted and reduced.
enum NegativeLogLikelihoodLossOp: ExpandedOp {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    [try call.tensorType(like: 0, call.lossShape())]
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    let operands = builder.operands
    guard operands.count >= 2, let input = operands[0], let target = operands[1] else { return nil }
    return [
      try call.expandLoss(logarithms: input, target: target, weight: operands.count > 2 ? operands[2] : nil, &builder)
    ]
  }
}
