/// Decision trees whose leaves vote for targets.
///
/// Source: the operators TreeEnsemble, TreeEnsembleClassifier and TreeEnsembleRegressor of ai.onnx.ml.
public struct Trees: Codable, Sendable {
  /// How a node compares a feature; the raw values are those of TreeEnsemble's `nodes_modes`.
  public enum Mode: UInt8, Codable, Sendable {
    case lessOrEqual, less, greaterOrEqual, greater, equal, notEqual, member
  }

  /// What combines the votes for one target; the raw values are those of TreeEnsemble's `aggregate_function`.
  public enum Aggregate: Int, Codable, Sendable {
    case average, sum, min, max
  }

  /// A node that is not a leaf.
  public struct Node: Codable, Sendable {
    public var feature: Int
    public var mode: Mode
    public var threshold: Double
    /// The branch for features that are not numbers.
    public var missingTracksTrue: Bool
    /// Where the comparison leads when it holds and when not: to node `i`, or to leaf `i` as `~i`.
    public var ifTrue: Int
    public var ifFalse: Int
    /// Where among the trees' members those lie that `member` looks for.
    public var members: Range<Int>

    public init(
      feature: Int, mode: Mode, threshold: Double, missingTracksTrue: Bool = false, ifTrue: Int, ifFalse: Int,
      members: Range<Int> = 0..<0
    ) {
      self.feature = feature
      self.mode = mode
      self.threshold = threshold
      self.missingTracksTrue = missingTracksTrue
      self.ifTrue = ifTrue
      self.ifFalse = ifFalse
      self.members = members
    }
  }

  /// What a leaf gives a target.
  public struct Vote: Codable, Sendable {
    public var target: Int
    public var weight: Double

    public init(target: Int, weight: Double) {
      self.target = target
      self.weight = weight
    }
  }

  public var nodes: [Node]
  /// The values that nodes look for, one node's behind the other's.
  public var members: [Double]
  /// The votes of each leaf.
  public var leaves: [[Vote]]
  /// Where each tree starts, in the form of a branch.
  public var roots: [Int]
  public var targetCount: Int
  public var aggregate: Aggregate

  public init(
    nodes: [Node], members: [Double] = [], leaves: [[Vote]], roots: [Int], targetCount: Int,
    aggregate: Aggregate = .sum
  ) {
    self.nodes = nodes
    self.members = members
    self.leaves = leaves
    self.roots = roots
    self.targetCount = targetCount
    self.aggregate = aggregate
  }

  /// Checks that every branch leads to a node or leaf that is there, and every walk to an end.
  func check(features: Int) throws(KernelError) {
    guard targetCount >= 0, targetCount <= 1 << 24 else { throw .invalid("trees with \(targetCount) targets") }
    func check(_ branch: Int) throws(KernelError) {
      guard branch >= 0 ? branch < nodes.count : ~branch < leaves.count else {
        throw .invalid("a tree's branch leads nowhere")
      }
    }
    for node in nodes {
      guard node.feature >= 0, node.feature < features else {
        throw .invalid("a tree looks at feature \(node.feature) of \(features)")
      }
      guard node.members.lowerBound >= 0, node.members.upperBound <= members.count else {
        throw .invalid("a tree looks for values that are not there")
      }
      try check(node.ifTrue)
      try check(node.ifFalse)
    }
    for root in roots { try check(root) }
    for vote in leaves.joined() where vote.target < 0 || vote.target >= targetCount {
      throw .invalid("a leaf votes for target \(vote.target) of \(targetCount)")
    }
    // Nodes are left behind for good once all that they lead to ends.
    var states = [UInt8](repeating: 0, count: nodes.count)
    for root in roots where root >= 0 {
      var path = [root]
      while let node = path.last {
        if states[node] == 2 {
          path.removeLast()
        } else if states[node] == 0 {
          states[node] = 1
          for next in [nodes[node].ifTrue, nodes[node].ifFalse] where next >= 0 && states[next] != 2 {
            guard states[next] == 0 else { throw .invalid("a tree leads back to its node \(next)") }
            path.append(next)
          }
        } else {
          states[node] = 2
          path.removeLast()
        }
      }
    }
  }

  /// The leaf that a row of features ends at.
  private func leaf(_ root: Int, _ row: UnsafePointer<Double>) -> Int {
    var branch = root
    while branch >= 0 {
      let node = nodes[branch]
      let x = row[node.feature]
      let holds: Bool =
        if x.isNaN {
          // Only "not equal" holds for what is not a number, unless the node says where such a value goes.
          node.missingTracksTrue || node.mode == .notEqual
        } else {
          switch node.mode {
          case .lessOrEqual: x <= node.threshold
          case .less: x < node.threshold
          case .greaterOrEqual: x >= node.threshold
          case .greater: x > node.threshold
          case .equal: x == node.threshold
          case .notEqual: x != node.threshold
          case .member: members[node.members].contains(x)
          }
        }
      branch = holds ? node.ifTrue : node.ifFalse
    }
    return ~branch
  }

  /// The combined votes for each target; nil for one without votes.
  func scores(_ row: UnsafePointer<Double>) -> [Double?] {
    var scores = [Double?](repeating: nil, count: targetCount)
    for root in roots {
      for vote in leaves[leaf(root, row)] {
        scores[vote.target] =
          switch (aggregate, scores[vote.target]) {
          case (_, nil): vote.weight
          case (.min, let score?): Swift.min(score, vote.weight)
          case (.max, let score?): Swift.max(score, vote.weight)
          case (_, let score?): score + vote.weight
          }
      }
    }
    if aggregate == .average {
      for i in scores.indices { scores[i] = scores[i].map { $0 / Double(Swift.max(roots.count, 1)) } }
    }
    return scores
  }
}
