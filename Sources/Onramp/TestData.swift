import Graph
import KernelRuntime
import OnnxFormat

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Files of inputs and outputs in ONNX's own layout: `input_<i>.pb` or `.npy`, `output_<i>.pb` or `.npy`.
public enum TestData {
  /// Reads the value for a model's input or output.
  ///
  /// - Parameters:
  ///   - type: the declared type, which says what kind of value a `.pb` file holds.
  public static func read(path: String, type: ValueType?) throws(Diagnostic) -> RuntimeValue {
    if path.hasSuffix(".npy") { return .tensor(try Npy.read(path: path)) }
    return try ValueFile.read(path: path, as: type?.fileKind ?? .tensor)
  }

  /// The file for a position, or nil when there is none.
  public static func file(_ stem: String, _ index: Int, in folder: String) -> String? {
    ["pb", "npy"].map { "\(folder)/\(stem)_\(index).\($0)" }.first(where: FileManager.default.fileExists(atPath:))
  }

  /// The values in a folder for a model's inputs, by name. Inputs without a file are left out.
  public static func inputs(of document: Model, in folder: String) throws(Diagnostic) -> [String: RuntimeValue] {
    try read(document.typedInputs, in: folder)
  }

  /// The values in a folder for inputs of the given names and types, by name. Inputs without a file are left out.
  public static func read(
    _ inputs: [(name: String, type: ValueType?)], in folder: String
  ) throws(Diagnostic) -> [String: RuntimeValue] {
    guard FileManager.default.fileExists(atPath: folder) else {
      throw Diagnostic(.error, .unreadable, "\(folder): no such folder")
    }
    var values: [String: RuntimeValue] = [:]
    for (i, input) in inputs.enumerated() {
      guard let path = file("input", i, in: folder) else { continue }
      values[input.name] = try read(path: path, type: input.type)
    }
    return values
  }

  /// The folders of data sets below a folder, or the folder itself when it is one.
  public static func sets(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let sets = names.filter { $0.hasPrefix("test_data_set_") }.sorted { ($0.count, $0) < ($1.count, $1) }
    return sets.isEmpty ? [folder] : sets.map { "\(folder)/\($0)" }
  }
}

extension Model {
  /// The inputs as the file lists them, those that have an initial value included.
  public var typedInputs: [(name: String, type: ValueType?)] {
    (graph?.input ?? []).map { ($0.name ?? "", $0.type.flatMap(ValueType.init(_:))) }
  }
}

extension ValueType {
  /// The kind of file that holds values of the type.
  public var fileKind: ValueFile.Kind {
    switch self {
    case .tensor, .sparseTensor: .tensor
    case .sequence: .sequence
    case .optional: .optional
    case .map: .map
    }
  }
}

/// How far two values may differ and still count as equal: |a - b| ≤ absolute + relative · |b| + ofLargest · max |b|, the
/// maximum over the tensor's finite elements.
public struct Tolerance: Hashable, Sendable {
  public var relative: Double
  public var absolute: Double
  public var ofLargest: Double

  /// By default what ONNX's own test runner allows.
  public init(relative: Double = 1e-3, absolute: Double = 1e-7, ofLargest: Double = 0) {
    self.relative = relative
    self.absolute = absolute
    self.ofLargest = ofLargest
  }

  /// What rounding may add up to in a whole model, whose smallest outputs are differences of larger numbers: fast
  /// convolutions err by some 1e-5 of the largest.
  public static let wholeModel = Tolerance(ofLargest: 1e-5)

  /// How a value differs from the expected one, or nil when it does not. Types and shapes must be equal; NaN equals NaN.
  public func difference(_ actual: RuntimeValue, _ expected: RuntimeValue) -> String? {
    switch (actual, expected) {
    case (.tensor(let a), .tensor(let b)): return difference(a, b)
    case (.sequence(let a), .sequence(let b)):
      guard a.count == b.count else { return "a sequence of \(a.count) elements, not \(b.count)" }
      for (i, (x, y)) in zip(a, b).enumerated() {
        if let text = difference(x, y) { return "element \(i): \(text)" }
      }
      return nil
    case (.optional(nil), .optional(nil)): return nil
    case (.optional(let a?), .optional(let b?)): return difference(a, b)
    case (.map(let a), .map(let b)):
      guard let x = try? a.elements(), let y = try? b.elements() else { return "a map that breaks its form" }
      return difference(a.keys, b.keys).map { "keys: \($0)" } ?? difference(.sequence(x), .sequence(y))
    default: return "a value of another kind"
    }
  }

  private func difference(_ a: Tensor, _ b: Tensor) -> String? {
    guard a.spec == b.spec else { return "\(a.spec), not \(b.spec)" }
    if let x = a.elements(as: String.self), let y = b.elements(as: String.self) {
      return zip(x, y).first { $0 != $1 }.map { "\"\($0)\", not \"\($1)\"" }
    }
    guard let x = a.comparable, let y = b.comparable else { return "\(a.type.name) cannot be compared" }
    var least = absolute
    if ofLargest > 0, !a.type.isInteger { least += ofLargest * y.reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 } }
    for (i, (p, q)) in zip(x, y).enumerated() where !(p == q || p.isNaN && q.isNaN) {
      guard abs(p - q) <= least + relative * abs(q) else { return "element \(i) is \(p), not \(q)" }
    }
    return nil
  }
}

extension Tensor {
  /// The elements as real numbers, complex ones as pairs.
  fileprivate var comparable: [Double]? {
    switch type {
    case .complex64: withElements(as: Complex<Float>.self) { $0.flatMap { [Double($0.real), Double($0.imaginary)] } }
    case .complex128: withElements(as: Complex<Double>.self) { $0.flatMap { [$0.real, $0.imaginary] } }
    default: doubles
    }
  }
}
