import Graph
import KernelRuntime

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Made-up inputs: floats from N(0, 1), integers from 0 to 9, booleans true, strings empty. Equal seeds give equal values.
public struct RandomInputs: Sendable {
  private var generator: SplitMix64

  public init(seed: UInt64 = 0) { generator = SplitMix64(state: seed) }

  /// A tensor of the given type.
  public mutating func tensor(_ spec: TensorSpec) throws(KernelError) -> Tensor {
    switch spec.type {
    case .string: return try Tensor(spec) { _ in }
    case .bool:
      return try Tensor(Array(repeating: true, count: spec.checkedCount()), shape: spec.shape)
    case let type where type.isInteger:
      var numbers: [Int64] = []
      for _ in 0..<(try spec.checkedCount()) { numbers.append(Int64(generator.next() % 10)) }
      return try Evaluator.cast(Tensor(numbers, shape: spec.shape), to: type)
    case let type where type.isFloatingPoint:
      var numbers: [Float] = []
      for _ in 0..<(try spec.checkedCount()) { numbers.append(normal()) }
      return try Evaluator.cast(Tensor(numbers, shape: spec.shape), to: type)
    default: throw .unsupported("random elements of type \(spec.type.name)")
    }
  }

  /// A value for each input of a session.
  ///
  /// - Parameter dimensions: numbers for the dimensions that have names; 1 for all others.
  public mutating func values(
    for inputs: [(name: String, type: ValueType?)], dimensions: [String: Int]
  ) throws(Diagnostic) -> [RuntimeValue] {
    var values: [RuntimeValue] = []
    for (name, type) in inputs {
      guard let type = type?.tensor, let shape = type.shape else {
        throw Diagnostic(
          .error, .input, "input \"\(name)\" cannot be made up: it is \(type?.description ?? "of unknown type")",
          help: "give a value for it")
      }
      let extents = shape.map { dimension in
        let symbols = Dictionary(uniqueKeysWithValues: dimension.symbols.map { ($0, dimensions[$0] ?? 1) })
        return dimension.substituting(symbols).value ?? 1
      }
      do throws(KernelError) {
        values.append(.tensor(try tensor(TensorSpec(type.elementType, extents))))
      } catch {
        throw Diagnostic(error)
      }
    }
    return values
  }

  /// A draw from N(0, 1) by the method of Box and Muller.
  private mutating func normal() -> Float {
    let u = 1 - Double(generator.next() >> 11) * 0x1p-53
    let v = Double(generator.next() >> 11) * 0x1p-53
    return Float((-2 * log(u)).squareRoot() * cos(2 * .pi * v))
  }
}

/// The generator of Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
struct SplitMix64 {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
