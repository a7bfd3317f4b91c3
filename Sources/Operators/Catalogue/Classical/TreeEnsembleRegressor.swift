import Graph
import KernelRuntime

/// The combined votes of decision trees, as versions before 5 spell the trees out.
enum TreeEnsembleRegressorOp: RegressorOp {
  private enum Aggregate: String {
    case average = "AVERAGE"
    case sum = "SUM"
    case min = "MIN"
    case max = "MAX"
  }

  static func targetCount(_ call: OperatorCall) throws(Diagnostic) -> Int { try call.int("n_targets") }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    let aggregate: Trees.Aggregate =
      switch try call.choice("aggregate_function", of: Aggregate.self) {
      case .average: .average
      case .sum: .sum
      case .min: .min
      case .max: .max
      }
    return TreeEnsembleKernel(
      trees: try call.listedTrees(votes: "target", targets: call.int("n_targets"), aggregate: aggregate),
      baseValues: try call.numbers("base_values"), postTransform: try call.postTransform(), resultType: .float)
  }
}

extension OperatorCall {
  /// Trees spelt out as lists of nodes, which trees and ids name, and of votes at nodes that are leaves.
  ///
  /// - Parameter votes: what the attributes that list votes start with.
  func listedTrees(
    votes: String, targets targetCount: Int, aggregate: Trees.Aggregate = .sum
  ) throws(Diagnostic) -> Trees {
    struct Key: Hashable {
      let tree: Int
      let node: Int
    }
    let (trees, ids) = (try ints("nodes_treeids"), try ints("nodes_nodeids"))
    let (features, modes) = (try ints("nodes_featureids"), try strings("nodes_modes"))
    let (yes, no) = (try ints("nodes_truenodeids"), try ints("nodes_falsenodeids"))
    let (values, missing) = (
      try numbers("nodes_values"), try optionalInts("nodes_missing_value_tracks_true") ?? []
    )
    let count = trees.count
    guard [ids, features, yes, no].allSatisfy({ $0.count == count }), modes.count == count, values.count == count,
      missing.isEmpty || missing.count == count
    else { throw .attribute("the attributes of \(op) that list nodes are not of one length") }

    // Nodes and leaves are numbered apart, each in the order of the lists.
    var branches: [Key: Int] = [:]
    var roots: [Int] = []
    var seen: Set<Int> = []
    var (nodeCount, leafCount) = (0, 0)
    for i in 0..<count {
      let isLeaf = modes[i] == "LEAF"
      let branch = isLeaf ? ~leafCount : nodeCount
      if isLeaf { leafCount += 1 } else { nodeCount += 1 }
      guard branches.updateValue(branch, forKey: Key(tree: trees[i], node: ids[i])) == nil else {
        throw .attribute("\(op) has two nodes \(ids[i]) in tree \(trees[i])")
      }
      if seen.insert(trees[i]).inserted { roots.append(branch) }
    }
    func branch(_ i: Int, _ node: Int) throws(Diagnostic) -> Int {
      guard let branch = branches[Key(tree: trees[i], node: node)] else {
        throw .attribute("tree \(trees[i]) of \(op) has no node \(node)")
      }
      return branch
    }
    var nodes: [Trees.Node] = []
    for i in 0..<count where modes[i] != "LEAF" {
      guard let mode = Trees.Mode(listed: modes[i]) else {
        throw .attribute("nodes_modes of \(op) holds \"\(modes[i])\", which is none of its values")
      }
      nodes.append(
        Trees.Node(
          feature: features[i], mode: mode, threshold: values[i],
          missingTracksTrue: !missing.isEmpty && missing[i] != 0, ifTrue: try branch(i, yes[i]),
          ifFalse: try branch(i, no[i])))
    }
    var leaves = [[Trees.Vote]](repeating: [], count: leafCount)
    let (voteTrees, voteNodes) = (try ints("\(votes)_treeids"), try ints("\(votes)_nodeids"))
    let (targets, weights) = (try ints("\(votes)_ids"), try numbers("\(votes)_weights"))
    guard voteTrees.count == voteNodes.count, voteTrees.count == targets.count, targets.count == weights.count else {
      throw .attribute("the attributes of \(op) that list votes are not of one length")
    }
    for i in targets.indices {
      // Votes of nodes that are no leaves are never reached.
      guard let leaf = branches[Key(tree: voteTrees[i], node: voteNodes[i])], leaf < 0 else { continue }
      leaves[~leaf].append(Trees.Vote(target: targets[i], weight: weights[i]))
    }
    return Trees(nodes: nodes, leaves: leaves, roots: roots, targetCount: targetCount, aggregate: aggregate)
  }
}

extension Trees.Mode {
  fileprivate init?(listed name: String) {
    switch name {
    case "BRANCH_LEQ": self = .lessOrEqual
    case "BRANCH_LT": self = .less
    case "BRANCH_GTE": self = .greaterOrEqual
    case "BRANCH_GT": self = .greater
    case "BRANCH_EQ": self = .equal
    case "BRANCH_NEQ": self = .notEqual
    default: return nil
    }
  }
}
