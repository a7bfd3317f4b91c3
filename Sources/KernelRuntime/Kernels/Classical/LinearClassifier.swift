/// The class with the greatest weighted sum of features, for each row of operand 0, and all classes' scores.
///
/// One sum for two classes is the second one's; the first one's is its negative.
public struct LinearClassifierKernel: Kernel {
  public var scores: LinearScores
  public var labels: ClassLabels
  public var postTransform: PostTransform

  public init(scores: LinearScores, labels: ClassLabels, postTransform: PostTransform = .none) {
    self.scores = scores
    self.labels = labels
    self.postTransform = postTransform
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let rows = try FeatureRows(operands.spec(0))
    try scores.check(features: rows.features)
    let isSplit = scores.count == 1 && labels.count == 2
    let results = [
      try TensorSpec.checked(labels.type, [rows.count]),
      try TensorSpec.checked(.float, [rows.count, isSplit ? 2 : scores.count]),
    ]
    return try rows.prepare(results, grain: scores.grain) { [scores, labels, postTransform] row, features, results in
      var sums = scores.sums(features)
      // A single class is only told apart from none.
      let label = sums.count > 1 ? sums.indexOfGreatest : isSplit ? (sums[0] > 0 ? 1 : 0) : 0
      if let address = results[0] {
        if sums.count == 1, !isSplit, sums[0] <= 0, case .integers = labels {
          address.assumingMemoryBound(to: Int64.self)[row] = 0
        } else {
          labels.write(label, to: address, row: row)
        }
      }
      if isSplit {
        sums = SecondClass.negation.scores(sums[0], postTransform)
      } else {
        postTransform.apply(to: &sums)
      }
      writeScores(sums, .float, to: results[1], row: row)
    }
  }
}
