/// Support vectors and how they are compared with a row of features.
public struct SupportVectors: Codable, Sendable {
  public enum Function: String, Codable, Sendable {
    case linear = "LINEAR"
    case polynomial = "POLY"
    case radial = "RBF"
    case sigmoid = "SIGMOID"
  }

  public var function: Function
  public var gamma: Double
  public var offset: Double
  public var degree: Double
  public var vectors: [Float]
  public var count: Int

  /// - Parameter parameters: gamma, offset and degree, or none.
  public init(function: Function, parameters: [Float], vectors: [Float], count: Int) {
    self.function = function
    gamma = parameters.count > 0 ? Double(parameters[0]) : 0
    offset = parameters.count > 1 ? Double(parameters[1]) : 0
    degree = parameters.count > 2 ? Double(parameters[2]) : 0
    self.vectors = vectors
    self.count = count
  }

  func check(features: Int) throws(KernelError) {
    guard count >= 0, vectors.count == (try checkedProduct(count, features)) else {
      throw .invalid("\(vectors.count) numbers for \(count) support vectors of \(features) features")
    }
  }

  /// The kernel's value for each support vector.
  func values(_ x: UnsafePointer<Double>, features: Int) -> [Double] {
    (0..<count).map { i in
      var sum = 0.0
      for j in 0..<features {
        let y = Double(vectors[i * features + j])
        sum += function == .radial ? (x[j] - y) * (x[j] - y) : x[j] * y
      }
      return switch function {
      case .linear: sum
      case .polynomial: (gamma * sum + offset).power(degree)
      case .radial: (-gamma * sum).exponential
      case .sigmoid: (gamma * sum + offset).hyperbolicTangent
      }
    }
  }
}
