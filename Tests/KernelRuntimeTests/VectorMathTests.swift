import Foundation
import KernelRuntime
import Testing

/// The vectorized functions against double precision, over all magnitudes.
@Suite struct VectorMathTests {
  /// Every 65 521st float, finite ones only, and the edges.
  static let samples: [Float] =
    stride(from: 0, to: UInt64(1) << 32, by: 65521).map { Float(bitPattern: UInt32($0)) }.filter(\.isFinite)
    + [0, -0.0, .greatestFiniteMagnitude, .leastNonzeroMagnitude, 88.72, -103.9, -87.4, 0.625, 0.92]

  private func apply(_ function: UnaryFunction, _ x: [Float]) throws -> [Float] {
    floats(try UnaryKernel(function: function).evaluate([Tensor(x, shape: [x.count])], threads: threads)[0])
  }

  @Test(arguments: [
    (UnaryFunction.exp, 1.0, { @Sendable (x: Double) in exp(x) }), (.sigmoid, 2.4, { 1 / (1 + exp(-$0)) }),
    (.tanh, 1.4, { tanh($0) }), (.erf, 1.4, { erf($0) }),
  ])
  func unitsInTheLastPlace(_ function: UnaryFunction, _ bound: Double, _ exact: @Sendable (Double) -> Double) throws {
    for (x, y) in zip(Self.samples, try apply(function, Self.samples)) {
      let expected = exact(Double(x))
      let rounded = Float(expected)
      guard rounded.isFinite else {
        #expect(y == rounded)
        continue
      }
      // Without fused multiply-adds, polynomials round a little more.
      #expect(abs(Double(y) - expected) <= (bound + 0.6) * Double(rounded.ulp), "\(function.rawValue)(\(x)) = \(y)")
    }
  }

  @Test(arguments: [
    (UnaryFunction.gelu, { @Sendable (x: Double) in x / 2 * erfc(-x / 2.0.squareRoot()) }),
    (.swish, { $0 / (1 + exp(-$0)) }),
    (.geluTanh, { x in x / 2 * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x))) }),
  ])
  func products(_ function: UnaryFunction, _ exact: @Sendable (Double) -> Double) throws {
    let x = Self.samples.filter { abs($0) < 1e6 }
    for (x, y) in zip(x, try apply(function, x)) {
      let bound = 2e-7 * max(abs(Double(x)), 1)
      #expect(abs(Double(y) - exact(Double(x))) <= bound, "\(function.rawValue)(\(x)) = \(y)")
    }
  }

  @Test(arguments: [UnaryFunction.exp, .sigmoid, .tanh, .erf, .gelu, .geluTanh, .swish, .relu, .hardSwish])
  func notANumberStays(_ function: UnaryFunction) throws {
    #expect(try apply(function, Array(repeating: .nan, count: 35)).allSatisfy(\.isNaN))
  }
}
