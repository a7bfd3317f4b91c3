import Graph
import KernelRuntime

/// Made-up inputs: floats nearly from N(0, 1), integers from 0 to 9, booleans true, strings empty. Equal seeds give equal
/// values.
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
      let numbers = try Tensor(TensorSpec(.float, spec.shape)) { address in
        let numbers = address.assumingMemoryBound(to: Float.self)
        for i in 0..<spec.count { numbers[i] = nearlyNormal() }
      }
      return type == .float ? numbers : try Evaluator.cast(numbers, to: type)
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

  /// The sum of four uniform draws, of mean 0 and variance 1: quickly made, as measuring how soon a model is ready
  /// wants it, and normal enough for a model.
  private mutating func nearlyNormal() -> Float {
    let bits = generator.next()
    let sum = bits & 0xFFFF + bits >> 16 & 0xFFFF + bits >> 32 & 0xFFFF + bits >> 48
    return (Float(sum) - 131_070) * 2.642_9e-5
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
