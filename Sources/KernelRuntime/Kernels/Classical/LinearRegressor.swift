/// A weighted sum of the features in each row of operand 0 for each target, plus an intercept.
public struct LinearRegressorKernel: Kernel {
  public var scores: LinearScores
  public var postTransform: PostTransform

  public init(scores: LinearScores, postTransform: PostTransform = .none) {
    self.scores = scores
    self.postTransform = postTransform
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let rows = try FeatureRows(operands.spec(0))
    try scores.check(features: rows.features)
    let result = try TensorSpec.checked(.float, [rows.count, scores.count])
    return try rows.prepare([result], grain: scores.grain) { [scores, postTransform] row, features, results in
      var sums = scores.sums(features)
      postTransform.apply(to: &sums)
      writeScores(sums, .float, to: results[0], row: row)
    }
  }
}
