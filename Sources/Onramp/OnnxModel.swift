import Graph
import KernelRuntime
import Legalizer
import OnnxFormat
import Operators

/// An ONNX model, read, checked and imported.
///
///     let model = try OnnxModel(path: "model.onnx")
///     for diagnostic in model.diagnostics { print(diagnostic) }
///     let session = try Session(model)
///     let outputs = try session.run(["input": .tensor(tensor)])
///
/// Weights stay in the file, which is mapped for as long as anything refers to them.
public struct OnnxModel: Sendable {
  /// The model as its file says it.
  public let document: Model
  /// The model as a graph of the newest operators, types inferred.
  public private(set) var graph: Graph
  /// What is wrong with the model, or worth knowing, in the order of its nodes.
  public let diagnostics: [Diagnostic]
  /// The names of the model's inputs as the file lists them, those that have an initial value included.
  public var inputNames: [String] { document.graph?.input.compactMap(\.name) ?? [] }

  /// Reads a model.
  ///
  /// A model with errors is returned all the same, so that they can be looked at; `isValid` tells.
  ///
  /// - Parameter openInputs: inputs that stay inputs though the model has an initial value for them.
  /// - Throws: when the file cannot be read or is no ONNX model.
  public init(path: String, openInputs: Set<String> = [], limits: ReaderLimits = ReaderLimits()) throws(Diagnostic) {
    self.init(try Model.open(path: path, limits: limits), openInputs: openInputs)
  }

  /// Imports a model that is in memory.
  public init(_ document: Model, openInputs: Set<String> = []) {
    self.document = document
    let result = Importer.graph(of: document, openInputs: openInputs)
    graph = result.graph
    diagnostics = result.diagnostics
  }

  /// Whether the model has no errors.
  public var isValid: Bool { !diagnostics.contains { $0.severity == .error } }

  /// Rewrites the model until a target takes every node.
  ///
  /// - Returns: what was rewritten.
  /// - Throws: `LegalizationError`, which names every node that is left; the model is unchanged then.
  @discardableResult
  public mutating func legalize(for target: ConversionTarget) throws(LegalizationError) -> [Legalizer.Rewrite] {
    var copy = graph
    let rewrites = try Legalizer(target).legalize(&copy)
    graph = copy
    return rewrites
  }

  /// Gives numbers to dimensions that have names.
  ///
  /// - Throws: when a name is none of the model's, or the shapes then contradict each other.
  public mutating func bind(_ dimensions: [String: Int]) throws(Diagnostic) {
    let known = Set(graph.symbols(ofInputsOf: graph.main))
    for (name, value) in dimensions.sorted(by: { $0.key < $1.key }) {
      guard known.contains(name) else {
        throw Diagnostic(
          .error, .input, "the model has no dimension \"\(name)\"",
          help: known.isEmpty ? "none of its dimensions has a name" : "it has \(known.sorted().joined(separator: ", "))"
        )
      }
      guard value >= 0 else { throw Diagnostic(.error, .input, "dimension \"\(name)\" may not be \(value)") }
    }
    for input in graph[graph.main].inputs { graph[input].type = graph[input].type?.substituting(dimensions) }
    try Inference.run(&graph)
  }

  /// Computes ahead what does not depend on the inputs, and drops and merges what is superfluous.
  public mutating func simplify() throws(Diagnostic) {
    try Simplify.run(on: &graph)
  }

  /// Writes the model as ONNX.
  ///
  /// - Parameters:
  ///   - opset: the version of ONNX's operator set; the newest by default.
  ///   - singleResults: whether results that may stand alone get a node each, though that computes them twice.
  /// - Throws: when a node has no form in that version, or the file cannot be written; what was there stays then.
  public func write(to path: String, opset: Int? = nil, singleResults: Bool = false) throws(Diagnostic) {
    try Exporter.model(of: graph, opset: opset, like: document, singleResults: singleResults).write(to: path)
  }
}

extension Graph {
  /// The names of the dimensions of a region's inputs.
  public func symbols(ofInputsOf region: RegionID) -> [String] {
    var names: [String] = []
    for input in self[region].inputs {
      for dimension in self[input].type?.tensor?.shape ?? [] {
        for name in dimension.symbols.sorted() where !name.hasPrefix("?") && !names.contains(name) {
          names.append(name)
        }
      }
    }
    return names
  }
}
