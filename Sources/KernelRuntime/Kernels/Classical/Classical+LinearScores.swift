/// Weighted sums of features.
public struct LinearScores: Codable, Sendable {
  public var count: Int
  /// All weights of the first sum, then of the next.
  public var coefficients: [Float]
  /// One for each sum, or none.
  public var intercepts: [Float]

  public init(count: Int, coefficients: [Float], intercepts: [Float] = []) {
    self.count = count
    self.coefficients = coefficients
    self.intercepts = intercepts
  }

  func check(features: Int) throws(KernelError) {
    guard count > 0, coefficients.count == (try checkedProduct(count, features)),
      intercepts.isEmpty || intercepts.count == count
    else {
      throw .invalid(
        "\(coefficients.count) coefficients and \(intercepts.count) intercepts for \(count) sums of \(features) features"
      )
    }
  }

  /// How many rows are worth a thread's attention.
  var grain: Int { max(1, cheapGrain / max(1, coefficients.count)) }

  func sums(_ features: UnsafePointer<Double>) -> [Double] {
    let width = coefficients.count / count
    return (0..<count).map { i in
      var sum = intercepts.isEmpty ? 0 : Double(intercepts[i])
      for j in 0..<width { sum += features[j] * Double(coefficients[i * width + j]) }
      return sum
    }
  }
}
