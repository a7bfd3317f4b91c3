/// The class that support vectors vote for, for each row of operand 0, and scores.
///
/// With support vectors each pair of classes is decided apart, and the class with the most decisions wins; the scores are
/// the decisions, or probabilities coupled from them. Without, each class has a weighted sum of features.
///
/// Source: Chang and Lin, LIBSVM; Wu, Lin and Weng, Probability Estimates for Multi-class Classification by Pairwise
/// Coupling (2004), the second method.
public struct SVMClassifierKernel: Kernel {
  public var support: SupportVectors
  public var labels: ClassLabels
  /// How many of the support vectors are each class's, in order; empty without support vectors.
  public var vectorsPerClass: [Int]
  public var coefficients: [Float]
  public var rho: [Float]
  /// The parameters of the logistic functions that make probabilities of decisions; empty for none.
  public var probabilityA: [Float]
  public var probabilityB: [Float]
  public var postTransform: PostTransform

  public init(
    support: SupportVectors, labels: ClassLabels, vectorsPerClass: [Int], coefficients: [Float], rho: [Float],
    probabilityA: [Float] = [], probabilityB: [Float] = [], postTransform: PostTransform = .none
  ) {
    self.support = support
    self.labels = labels
    self.vectorsPerClass = vectorsPerClass
    self.coefficients = coefficients
    self.rho = rho
    self.probabilityA = probabilityA
    self.probabilityB = probabilityB
    self.postTransform = postTransform
  }

  private var classCount: Int { max(labels.count, 1) }
  private var isPairwise: Bool { support.count > 0 }
  private var hasProbabilities: Bool { isPairwise && !probabilityA.isEmpty }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let rows = try FeatureRows(operands.spec(0))
    try support.check(features: rows.features)
    let classes = classCount
    if isPairwise {
      let pairs = try checkedProduct(classes, classes - 1) / 2
      guard classes > 1, vectorsPerClass.count == classes, vectorsPerClass.allSatisfy({ $0 >= 0 }),
        vectorsPerClass.allSatisfy({ $0 <= support.count }), vectorsPerClass.reduce(0, &+) == support.count,
        coefficients.count == (try checkedProduct(classes - 1, support.count)), rho.count == pairs,
        probabilityA.count == probabilityB.count, probabilityA.isEmpty || probabilityA.count == pairs
      else { throw .invalid("the numbers of a classifier by support vectors do not fit its \(classes) classes") }
    } else {
      guard coefficients.count == (try checkedProduct(classes, rows.features)), !rho.isEmpty else {
        throw .invalid("\(coefficients.count) coefficients for \(classes) classes of \(rows.features) features")
      }
    }
    let results = [
      try TensorSpec.checked(labels.type, [rows.count]), try TensorSpec.checked(.float, [rows.count, scoreCount]),
    ]
    let isPositive = coefficients.allSatisfy { $0 >= 0 }
    let grain = max(1, cheapGrain / max(1, support.vectors.count))
    return try rows.prepare(results, grain: grain) { [self] row, features, results in
      let (label, scores) = classify(features, rows.features, isPositive: isPositive)
      if let address = results[0] { labels.write(label, to: address, row: row) }
      writeScores(scores, .float, to: results[1], row: row)
    }
  }

  /// How many scores a row has: one for each class, without probabilities one for each pair; two for one of two classes.
  private var scoreCount: Int {
    let count = isPairwise && !hasProbabilities ? classCount * (classCount - 1) / 2 : classCount
    return count == 1 && labels.count == 2 ? 2 : count
  }

  private func classify(
    _ row: UnsafePointer<Double>, _ features: Int, isPositive: Bool
  ) -> (label: Int, scores: [Double]) {
    var votes: [Double] = []
    var scores: [Double]
    if isPairwise {
      (votes, scores) = decide(support.values(row, features: features))
      if hasProbabilities { scores = probabilities(scores) }
    } else {
      scores = (0..<classCount).map { i in
        (0..<features).reduce(Double(rho[0])) { $0 + row[$1] * Double(coefficients[i * features + $1]) }
      }
    }
    let weights = votes.isEmpty ? scores : votes
    var label = weights.indexOfGreatest
    if rho.count == 1, labels.count != 2, !isPairwise || labels.count < 2 {
      // A single sum only tells whether it is above zero.
      if labels.count <= 1 { label = weights[label] > 0 ? 1 : 0 }
    } else if rho.count == 1, labels.count == 2, !hasProbabilities, isPositive, weights[label] >= 0.5 {
      label = 1
    }
    if scores.count == 1, labels.count == 2 {
      return (label, SecondClass.negation.scores(scores[0], postTransform))
    }
    postTransform.apply(to: &scores)
    return (label, scores)
  }

  /// The decision between each pair of classes, and how many each class has won.
  private func decide(_ values: [Double]) -> (votes: [Double], scores: [Double]) {
    var votes = [Double](repeating: 0, count: classCount)
    var scores: [Double] = []
    var starts = [0]
    for count in vectorsPerClass { starts.append(starts[starts.count - 1] + count) }
    for i in 0..<classCount {
      for j in i + 1..<max(classCount, i + 1) {
        var sum = Double(rho[scores.count])
        for v in starts[i]..<starts[i + 1] { sum += Double(coefficients[(j - 1) * support.count + v]) * values[v] }
        for v in starts[j]..<starts[j + 1] { sum += Double(coefficients[i * support.count + v]) * values[v] }
        scores.append(sum)
        votes[sum > 0 ? i : j] += 1
      }
    }
    return (votes, scores)
  }

  /// Probabilities of all classes that agree best with those of the pairs.
  private func probabilities(_ decisions: [Double]) -> [Double] {
    let n = classCount
    var pairs = [Double](repeating: 0, count: n * n)
    var index = 0
    for i in 0..<n {
      for j in i + 1..<max(n, i + 1) {
        let (a, b) = (Double(probabilityA[index]), Double(probabilityB[index]))
        let value = 1 - PostTransform.logistic(decisions[index] * a + b)
        let probability = min(max(value, 1e-7), 1 - 1e-7)
        pairs[i * n + j] = probability
        pairs[j * n + i] = 1 - probability
        index += 1
      }
    }
    var q = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in 0..<n where j != i {
        q[i * n + i] += pairs[j * n + i] * pairs[j * n + i]
        q[i * n + j] = -pairs[j * n + i] * pairs[i * n + j]
      }
    }
    var p = [Double](repeating: 1 / Double(n), count: n)
    for _ in 0..<max(100, n) {
      var qp = (0..<n).map { i in (0..<n).reduce(0) { $0 + q[i * n + $1] * p[$1] } }
      var pqp = (0..<n).reduce(0) { $0 + p[$1] * qp[$1] }
      if qp.allSatisfy({ ($0 - pqp).magnitude < 0.005 / Double(n) }) { break }
      for i in 0..<n {
        let step = (pqp - qp[i]) / q[i * n + i]
        p[i] += step
        pqp = (pqp + step * (step * q[i * n + i] + 2 * qp[i])) / ((1 + step) * (1 + step))
        for j in 0..<n {
          qp[j] = (qp[j] + step * q[i * n + j]) / (1 + step)
          p[j] /= 1 + step
        }
      }
    }
    return p
  }
}
