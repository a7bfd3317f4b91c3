/// The combined votes of trees for each row of features in operand 0, plus a base value for each target.
public struct TreeEnsembleKernel: Kernel {
  public var trees: Trees
  /// One for each target, or none.
  public var baseValues: [Double]
  public var postTransform: PostTransform
  /// The result's type; nil for operand 0's.
  public var resultType: ElementType?

  public init(
    trees: Trees, baseValues: [Double] = [], postTransform: PostTransform = .none, resultType: ElementType? = nil
  ) {
    self.trees = trees
    self.baseValues = baseValues
    self.postTransform = postTransform
    self.resultType = resultType
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    let rows = try FeatureRows(x)
    try trees.check(features: rows.features)
    guard baseValues.isEmpty || baseValues.count == trees.targetCount else {
      throw .invalid("\(baseValues.count) base values for \(trees.targetCount) targets")
    }
    let result = try TensorSpec.checked(resultType ?? x.type, [rows.count, trees.targetCount])
    return try rows.prepare([result], grain: max(1, 512 / max(1, trees.roots.count))) {
      [trees, baseValues, postTransform] row, features, results in
      var scores = trees.scores(features).map { $0 ?? 0 }
      for i in baseValues.indices { scores[i] += baseValues[i] }
      postTransform.apply(to: &scores)
      writeScores(scores, result.type, to: results[0], row: row)
    }
  }
}
