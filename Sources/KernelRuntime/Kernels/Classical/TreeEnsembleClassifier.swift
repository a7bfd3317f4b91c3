/// The class that trees vote for, for each row of features in operand 0, and the votes for each class.
///
/// What two classes mean when the trees vote for one of them only, the standard leaves open; this is what ONNX Runtime
/// does: the score is the second class's, a probability when no vote is negative, else a distance from zero.
public struct TreeEnsembleClassifierKernel: Kernel {
  public var trees: Trees
  public var labels: ClassLabels
  public var baseValues: [Double]
  public var postTransform: PostTransform

  public init(trees: Trees, labels: ClassLabels, baseValues: [Double] = [], postTransform: PostTransform = .none) {
    self.trees = trees
    self.labels = labels
    self.baseValues = baseValues
    self.postTransform = postTransform
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let rows = try FeatureRows(operands.spec(0))
    try trees.check(features: rows.features)
    let classes = trees.targetCount
    let fits = [0, classes].contains(baseValues.count) || classes == 2 && baseValues.count == 1
    guard classes == labels.count, classes > 0, fits else {
      throw .invalid("\(baseValues.count) base values and \(classes) classes")
    }
    let votes = trees.leaves.joined()
    let isPositive = votes.allSatisfy { $0.weight >= 0 }
    let isBinary = classes == 2 && Set(votes.map(\.target)).count == 1
    let results = [
      try TensorSpec.checked(labels.type, [rows.count]), try TensorSpec.checked(.float, [rows.count, classes]),
    ]
    return try rows.prepare(results, grain: max(1, 512 / max(1, trees.roots.count))) { [self] row, features, results in
      let (label, scores) = classify(trees.scores(features), isBinary: isBinary, isPositive: isPositive)
      if let address = results[0] { labels.write(label, to: address, row: row) }
      writeScores(scores, .float, to: results[1], row: row)
    }
  }

  private func classify(
    _ votes: [Double?], isBinary: Bool, isPositive: Bool
  ) -> (label: Int, scores: [Double]) {
    var scores = votes.map { $0 ?? 0 }
    guard scores.count <= 2 else {
      for i in baseValues.indices { scores[i] += baseValues[i] }
      let label = scores.indexOfGreatest
      postTransform.apply(to: &scores)
      return (label, scores)
    }
    var single: Double? = scores[0]
    if scores.count == 2 {
      if baseValues.count == 2, isBinary {
        let score = scores[votes[1] == nil ? 0 : 1] + baseValues[1]
        scores = [-score, score]
        single = nil
      } else {
        for i in baseValues.indices { scores[i] += baseValues[i] }
        single = votes[1] == nil ? scores[0] : nil
      }
    } else if let base = baseValues.first {
      single = scores[0] + base
    }
    let weight = single ?? scores[1]
    let isSecond = weight > (isBinary && isPositive ? 0.5 : 0)
    guard let single else {
      // Where both classes have votes the greater sum wins.
      let label = isBinary ? (isSecond ? 1 : 0) : scores.indexOfGreatest
      postTransform.apply(to: &scores)
      return (label, scores)
    }
    if scores.count == 2 {
      let second = isPositive ? SecondClass.complement : .negation
      return (isSecond ? 1 : 0, second.scores(single, postTransform))
    }
    var only = [single]
    postTransform.apply(to: &only)
    return (isSecond ? 1 : 0, only)
  }
}
