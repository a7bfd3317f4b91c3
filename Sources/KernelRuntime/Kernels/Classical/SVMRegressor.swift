/// The weighted sum of the likenesses of each row of operand 0 to support vectors; without any, of its features.
public struct SVMRegressorKernel: Kernel {
  public var support: SupportVectors
  public var coefficients: [Float]
  public var intercept: Double
  /// Whether only the sum's sign counts: 1 or -1.
  public var isOneClass: Bool
  public var postTransform: PostTransform

  public init(
    support: SupportVectors, coefficients: [Float], intercept: Double, isOneClass: Bool = false,
    postTransform: PostTransform = .none
  ) {
    self.support = support
    self.coefficients = coefficients
    self.intercept = intercept
    self.isOneClass = isOneClass
    self.postTransform = postTransform
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let rows = try FeatureRows(operands.spec(0))
    try support.check(features: rows.features)
    let terms = support.count > 0 ? support.count : rows.features
    guard coefficients.count == terms else { throw .invalid("\(coefficients.count) coefficients for \(terms) terms") }
    let result = try TensorSpec.checked(.float, [rows.count, 1])
    let grain = max(1, cheapGrain / max(1, support.vectors.count))
    return try rows.prepare([result], grain: grain) { [self] row, features, results in
      let values =
        support.count > 0
        ? support.values(features, features: rows.features) : (0..<rows.features).map { features[$0] }
      var sum = intercept
      for (coefficient, value) in zip(coefficients, values) { sum += Double(coefficient) * value }
      var scores = [isOneClass ? (sum > 0 ? 1 : -1) : sum]
      postTransform.apply(to: &scores)
      writeScores(scores, .float, to: results[0], row: row)
    }
  }
}
