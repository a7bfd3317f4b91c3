import Graph
import KernelRuntime

/// The combined votes of decision trees.
enum TreeEnsembleOp: ClassicalOp {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let count = try call.int("n_targets")
    guard count >= 0 else { throw .attribute("n_targets of \(name) is \(count)") }
    return [.tensor(TensorType(try call.elementType(0), [try call.rowCount(), Dimension(count)]))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    let transforms: [PostTransform] = [.none, .softmax, .logistic, .softmaxZero, .probit]
    let transform = try call.int("post_transform")
    let aggregate = Trees.Aggregate(rawValue: try call.int("aggregate_function"))
    guard transforms.indices.contains(transform), let aggregate else {
      throw .attribute("post_transform or aggregate_function of \(name) is none of its values")
    }
    return TreeEnsembleKernel(trees: try trees(call, aggregate), postTransform: transforms[transform])
  }

  private static func trees(
    _ call: OperatorCall, _ aggregate: Trees.Aggregate
  ) throws(Diagnostic) -> Trees {
    let splits = try call.requiredNumbers("nodes_splits")
    let modes = try call.requiredNumbers("nodes_modes")
    let lists = try [
      "nodes_featureids", "nodes_truenodeids", "nodes_falsenodeids", "nodes_trueleafs", "nodes_falseleafs",
    ].map { (name) throws(Diagnostic) in try call.ints(name) }
    let missing = try call.optionalInts("nodes_missing_value_tracks_true") ?? []
    let count = splits.count
    guard modes.count == count, lists.allSatisfy({ $0.count == count }), [0, count].contains(missing.count) else {
      throw .attribute("the attributes of \(name) that list nodes are not of one length")
    }
    // Each node's values end with one that is no number.
    let members = try call.optionalTensor("membership_values")?.doubles ?? []
    var next = members.split(omittingEmptySubsequences: false) { $0.isNaN }.map(\.indices).makeIterator()
    var nodes: [Trees.Node] = []
    for i in 0..<count {
      guard let mode = UInt8(exactly: modes[i]).flatMap(Trees.Mode.init(rawValue:)) else {
        throw .attribute("nodes_modes of \(name) holds \(modes[i]), which is none of its values")
      }
      nodes.append(
        Trees.Node(
          feature: lists[0][i], mode: mode, threshold: splits[i],
          missingTracksTrue: !missing.isEmpty && missing[i] != 0,
          ifTrue: try branch(lists[1][i], isLeaf: lists[3][i] != 0),
          ifFalse: try branch(lists[2][i], isLeaf: lists[4][i] != 0),
          members: mode == .member ? next.next() ?? 0..<0 : 0..<0))
    }
    let (targets, weights) = (try call.ints("leaf_targetids"), try call.requiredNumbers("leaf_weights"))
    guard targets.count == weights.count else {
      throw .attribute("the attributes of \(name) that list leaves are not of one length")
    }
    return Trees(
      nodes: nodes, members: members, leaves: zip(targets, weights).map { [Trees.Vote(target: $0, weight: $1)] },
      roots: try call.ints("tree_roots"), targetCount: try call.int("n_targets"), aggregate: aggregate)
  }

  private static func branch(_ i: Int, isLeaf: Bool) throws(Diagnostic) -> Int {
    guard i >= 0 else { throw .attribute("a tree of \(name) leads to node \(i)") }
    return isLeaf ? ~i : i
  }
}
