import Graph
import KernelRuntime

/// What becomes of the losses of all places.
private enum LossReduction: String {
  case none, sum, mean
}

extension OperatorCall {
  /// The shape of a loss of operand 0, one row a class on axis 1, and operand 1, the target classes.
  func lossShape() throws(Diagnostic) -> [Dimension]? {
    let reduction: LossReduction = try choice("reduction")
    let input = try shape(0, minimumRank: 2)
    let target = try shape(1)
    if let input {
      if let target {
        guard target.count == input.count - 1 else {
          throw .shape("the targets of \(op) must have \(input.count - 1) dimensions, not \(target.count)")
        }
        for (a, b) in zip([input[0]] + input[2...], target) { _ = try unify(a, b, "the extents of input and targets") }
      }
      if has(2), let weight = try shape(2, rank: 1) {
        _ = try unify(input[1], weight[0], "the numbers of classes and weights")
      }
    }
    return reduction == .none ? target : []
  }

  /// The loss of logarithms of probabilities as simpler operators.
  func expandLoss(
    logarithms: ValueID, target: ValueID, weight: ValueID?, _ builder: inout NodeBuilder
  ) throws(Diagnostic) -> ValueID {
    let reduction: LossReduction = try choice("reduction")
    let (type, index) = (try elementType(0), try elementType(1))
    var classes = target
    var isIgnored: ValueID?
    if let ignored = try optionalInt("ignore_index") {
      // An ignored target may be no class at all, so another takes its place before anything is picked by it.
      let mask = try builder.add("Equal", [target, builder.constant(Double(ignored), index)])
      classes = try builder.add("Where", [mask, builder.constant(0, index), target])
      isIgnored = mask
    }
    let axis = try builder.constant([1])
    let picked = try builder.add(
      "GatherElements", [logarithms, builder.add("Unsqueeze", [classes, axis])], ["axis": .int(1)])
    var loss = try builder.add("Neg", [builder.add("Squeeze", [picked, axis])])
    var weights = try weight.map { (weight) throws(Diagnostic) in try builder.add("Gather", [weight, classes]) }
    if let given = weights { loss = try builder.add("Mul", [loss, given]) }
    if let isIgnored {
      let zero = try builder.constant(0, type)
      loss = try builder.add("Where", [isIgnored, zero, loss])
      let one = try builder.constant(1, type)
      weights = try builder.add("Where", [isIgnored, zero, weights ?? one])
    }
    let flat: [String: AttributeValue] = ["keepdims": .int(0)]
    switch reduction {
    case .none: return loss
    case .sum: return try builder.add("ReduceSum", [loss], flat)
    case .mean:
      guard let weights else { return try builder.add("ReduceMean", [loss], flat) }
      return try builder.add(
        "Div", [builder.add("ReduceSum", [loss], flat), builder.add("ReduceSum", [weights], flat)])
    }
  }
}
