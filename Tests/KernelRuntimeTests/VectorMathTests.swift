import Foundation
import KernelRuntime
import Testing

/// The vectorized functions against double precision, over all magnitudes.
@Suite struct VectorMathTests {
  /// Every 65 521st float, finite ones only, and the edges.
  static let samples: [Float] = {
    var all: [Float] = [0, -0.0, .greatestFiniteMagnitude, .leastNonzeroMagnitude, 88.72, -103.9, -87.4, 0.625, 0.92]
    for bits in stride(from: UInt64(0), to: UInt64(1) << 32, by: 65521) {
      let x = Float(bitPattern: UInt32(bits))
      if x.isFinite { all.append(x) }
    }
    return all
  }()

  private func apply(_ function: UnaryFunction, _ x: [Float]) throws -> [Float] {
    floats(try UnaryKernel(function: function).evaluate([Tensor(x, shape: [x.count])], threads: threads)[0])
  }

  private func exact(_ function: UnaryFunction, _ x: Double) -> Double {
    switch function {
    case .exp: return exp(x)
    case .sigmoid: return 1 / (1 + exp(-x))
    case .tanh: return tanh(x)
    case .erf: return erf(x)
    case .gelu: return x / 2 * erfc(-x / 2.0.squareRoot())
    case .swish: return x / (1 + exp(-x))
    default:
      let inner = x + 0.044715 * x * x * x
      return x / 2 * (1 + tanh((2 / Double.pi).squareRoot() * inner))
    }
  }

  @Test(arguments: [(UnaryFunction.exp, 1.0), (.sigmoid, 2.4), (.tanh, 1.4), (.erf, 1.4)])
  func unitsInTheLastPlace(_ function: UnaryFunction, _ bound: Double) throws {
    for (x, y) in zip(Self.samples, try apply(function, Self.samples)) {
      let expected = exact(function, Double(x))
      let rounded = Float(expected)
      guard rounded.isFinite else {
        #expect(y == rounded)
        continue
      }
      // Without fused multiply-adds, polynomials round a little more.
      let allowed = (bound + 0.6) * Double(rounded.ulp)
      #expect(abs(Double(y) - expected) <= allowed, "\(function.rawValue)(\(x)) = \(y)")
    }
  }

  @Test(arguments: [UnaryFunction.gelu, .geluTanh, .swish])
  func products(_ function: UnaryFunction) throws {
    let x = Self.samples.filter { $0.magnitude < 1e6 }
    for (x, y) in zip(x, try apply(function, x)) {
      let allowed = 2e-7 * max(Double(x.magnitude), 1)
      #expect(abs(Double(y) - exact(function, Double(x))) <= allowed, "\(function.rawValue)(\(x)) = \(y)")
    }
  }

  @Test(arguments: [UnaryFunction.exp, .sigmoid, .tanh, .erf, .gelu, .geluTanh, .swish, .relu, .hardSwish])
  func notANumberStays(_ function: UnaryFunction) throws {
    #expect(try apply(function, Array(repeating: .nan, count: 35)).allSatisfy(\.isNaN))
  }
}
