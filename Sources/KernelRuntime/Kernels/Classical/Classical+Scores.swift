// What the classical models of ai.onnx.ml share: what is done to scores at last, and the classes' names.

/// What a model's scores go through before they are its result.
public enum PostTransform: String, Codable, Sendable {
  case none = "NONE"
  case softmax = "SOFTMAX"
  case logistic = "LOGISTIC"
  /// A softmax that leaves scores of zero near zero.
  case softmaxZero = "SOFTMAX_ZERO"
  /// The inverse of the normal distribution's cumulative function.
  case probit = "PROBIT"

  func apply(to scores: inout [Double]) {
    switch self {
    case .none: break
    case .logistic: for i in scores.indices { scores[i] = Self.logistic(scores[i]) }
    case .probit: for i in scores.indices { scores[i] = Self.probit(scores[i]) }
    case .softmax, .softmaxZero:
      guard let greatest = scores.max() else { return }
      for i in scores.indices {
        let isZero = self == .softmaxZero && scores[i].magnitude <= 1e-7
        scores[i] = isZero ? scores[i] * (-greatest).exponential : (scores[i] - greatest).exponential
      }
      let sum = scores.reduce(0, +)
      for i in scores.indices { scores[i] = sum == 0 ? 0.5 : scores[i] / sum }
    }
  }

  static func logistic(_ x: Double) -> Double { 1 / (1 + (-x).exponential) }

  /// By Winitzki's approximation of the inverse error function, which the standard's definition is.
  static func probit(_ x: Double) -> Double {
    let y = 2 * x - 1
    let logarithm = ((1 - y) * (1 + y)).naturalLogarithm
    guard logarithm.isFinite else { return logarithm.isNaN ? .nan : 0 }
    let a = 2 / (.pi * 0.147) + 0.5 * logarithm
    let root = ((a * a - logarithm / 0.147).squareRoot() - a).squareRoot()
    return (y < 0 ? -1 : 1) * 2.0.squareRoot() * root
  }
}

/// The scores of a model with two classes that gives one score.
///
/// The standard leaves them open; this is what ONNX Runtime gives. Of the transforms only the logistic one applies.
enum SecondClass {
  /// The score is the second class's probability.
  case complement
  /// The score is the distance to the border between both, on the second class's side.
  case negation

  /// The scores of both classes.
  func scores(_ score: Double, _ transform: PostTransform) -> [Double] {
    if transform == .logistic { return [PostTransform.logistic(-score), PostTransform.logistic(score)] }
    return switch self {
    case .complement: [1 - score, score]
    case .negation: [-score, score]
    }
  }
}

/// The names of a classifier's classes.
public enum ClassLabels: Codable, Sendable {
  case integers([Int64])
  case strings([String])

  public var count: Int {
    switch self {
    case .integers(let labels): labels.count
    case .strings(let labels): labels.count
    }
  }

  public var type: ElementType {
    switch self {
    case .integers: .int64
    case .strings: .string
    }
  }

  /// Writes the name of class `i` as element `row` of a result.
  func write(_ i: Int, to address: UnsafeMutableRawPointer, row: Int) {
    switch self {
    case .integers(let labels):
      address.assumingMemoryBound(to: Int64.self)[row] = labels.indices.contains(i) ? labels[i] : Int64(i)
    case .strings(let labels):
      address.assumingMemoryBound(to: String.self)[row] = labels.indices.contains(i) ? labels[i] : ""
    }
  }
}

/// The rows of a model's input: (rows, features), or (features) for a single one.
struct FeatureRows: Sendable {
  let count: Int
  let features: Int
  let type: ElementType

  init(_ spec: TensorSpec) throws(KernelError) {
    switch spec.rank {
    case 1: (count, features) = (1, spec.shape[0])
    case 2: (count, features) = (spec.shape[0], spec.shape[1])
    default: throw .invalid("features must have one or two dimensions, not shape \(spec.shape)")
    }
    type = spec.type
  }

  /// A kernel that works row by row on the features as `Double`s.
  ///
  /// - Parameter body: takes a row's number, its features, and the results' addresses, nil for an unwanted one.
  func prepare(
    _ results: [TensorSpec], grain: Int = 1,
    _ body: @Sendable @escaping (Int, UnsafePointer<Double>, [UnsafeMutableRawPointer?]) -> Void
  ) throws(KernelError) -> Prepared {
    try type.numeric(Visit(rows: self, results: results, grain: grain, body: body))
  }

  private struct Visit: NumericVisitor {
    let rows: FeatureRows
    let results: [TensorSpec]
    let grain: Int
    let body: @Sendable (Int, UnsafePointer<Double>, [UnsafeMutableRawPointer?]) -> Void

    func visit<T: NumericElement>(_ type: T.Type) -> Prepared {
      Prepared(results) { [self] invocation in
        nonisolated(unsafe) let x = invocation.operand(0, as: T.self)
        var addresses: [UnsafeMutableRawPointer?] = []
        for i in results.indices {
          addresses.append(invocation.wantedResult(i, as: UInt8.self).map { UnsafeMutableRawPointer($0) })
        }
        nonisolated(unsafe) let outputs = addresses
        let features = rows.features
        invocation.threads.forRanges(rows.count, grain: grain) { range in
          withUnsafeTemporaryAllocation(of: Double.self, capacity: max(1, features)) { memory in
            guard let row = memory.baseAddress else { return }
            for i in range {
              for j in 0..<features { row[j] = x[i * features + j].compute.double }
              body(i, row, outputs)
            }
          }
        }
      }
    }
  }
}

/// Writes a row of scores as elements of a float type.
func writeScores(_ scores: [Double], _ type: ElementType, to address: UnsafeMutableRawPointer?, row: Int) {
  guard let address else { return }
  for (i, score) in scores.enumerated() {
    let at = row * scores.count + i
    switch type {
    case .double: address.assumingMemoryBound(to: Double.self)[at] = score
    case .float16: address.assumingMemoryBound(to: Half.self)[at] = Half(compute: Float(score))
    default: address.assumingMemoryBound(to: Float.self)[at] = Float(score)
    }
  }
}

extension Collection<Double> {
  /// The index of the greatest element, the first one of equals; 0 when there is none.
  var indexOfGreatest: Int {
    var (best, greatest) = (0, -Double.infinity)
    for (i, value) in enumerated() where value > greatest { (best, greatest) = (i, value) }
    return best
  }
}
