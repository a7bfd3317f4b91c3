import Graph
import KernelRuntime
import Legalizer
import Operators

/// A legal graph made concrete for the types of one run's inputs.
enum Specialization {
  /// Gives the main graph's inputs the types of the values at hand, and numbers to the symbols that follow from them.
  ///
  /// - Parameter specs: the type of each input's value; nil for one that is no tensor.
  /// - Throws: when a value is not of its input's type.
  static func bind(_ specs: [TensorSpec?], to graph: inout Graph) throws(Diagnostic) {
    let inputs = graph[graph.main].inputs
    var symbols: [String: Int] = [:]
    for (input, spec) in zip(inputs, specs) {
      guard let spec else { continue }
      try match(spec, graph[input], &symbols)
      graph[input].type = .tensor(TensorType(spec))
    }
    try Inference.run(&graph)
  }

  private static func match(_ spec: TensorSpec, _ input: Value, _ symbols: inout [String: Int]) throws(Diagnostic) {
    guard let type = input.type else { return }
    func refuse(_ reason: String) -> Diagnostic {
      Diagnostic(.error, .input, "input \"\(input.name)\" is declared \(type) but given \(spec)\(reason)")
    }
    guard let declared = type.tensor, declared.elementType == spec.type else { throw refuse("") }
    guard let shape = declared.shape else { return }
    guard shape.count == spec.shape.count else { throw refuse("") }
    for (dimension, extent) in zip(shape, spec.shape) {
      if let name = dimension.symbol {
        if let bound = symbols[name], bound != extent {
          throw refuse("; \"\(name)\" is \(bound) in another input")
        }
        symbols[name] = extent
      } else if let number = dimension.value, number != extent {
        throw refuse("")
      }
    }
  }
}

extension Diagnostic.Code {
  /// A value given for an input is not of its type.
  public static let input = Self("input")
}
