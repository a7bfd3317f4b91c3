import ArgumentParser
import Onramp

struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what is in a model.",
    discussion: """
      Prints the model's inputs, outputs, operator sets and operators as the file has them; with --graph the imported \
      graph, with --print-after what a stage makes of it. Weights are not read.
      """)

  enum Stage: String, ExpressibleByArgument, CaseIterable {
    case `import`, legalize, simplify
  }

  @Argument(help: "The model, an .onnx file.") var model: String
  @Flag(help: "Print as JSON.") var json = false
  @Flag(help: "Print the imported graph, a line a node.") var graph = false
  @Option(help: "Print the graph after a stage.") var printAfter: Stage?
  @Option(help: "The target that the stage legalize is for.") var target: TargetName?
  @OptionGroup var common: CommonOptions

  func run() throws {
    common.startLog()
    try reporting {
      let document = try withProgress("reading \(model)") { try Model.open(path: model) }
      if graph || printAfter != nil { return try printGraph(document) }
      let summary = ModelSummary(document)
      if json { try printJSON(summary) } else { summary.print() }
    }
  }

  private func printGraph(_ document: Model) throws {
    var loaded = OnnxModel(document)
    for diagnostic in loaded.diagnostics { printError("\(diagnostic)") }
    switch printAfter ?? .import {
    case .import: break
    case .legalize: try loaded.legalize(for: target?.target ?? .onramp)
    case .simplify: try loaded.simplify()
    }
    if json { try printJSON(loaded.graph.report) } else { print(loaded.graph, terminator: "") }
    if !loaded.isValid { throw ExitCode.doesNotHold }
  }
}

/// A model's face: everything that a reader asks first.
struct ModelSummary: Encodable {
  struct Value: Encodable {
    let name: String
    let type: String
  }
  struct OperatorSet: Encodable {
    let domain: String
    let version: Int
  }

  let irVersion: Int?
  let producer: String?
  let graph: String
  let operatorSets: [OperatorSet]
  let inputs: [Value]
  let outputs: [Value]
  let nodeCount: Int
  let operators: [String: Int]
  let initializerCount: Int
  let parameterCount: Int
  let functions: [String]

  init(_ model: Model) {
    let main = model.graph ?? GraphProto()
    irVersion = model.irVersion
    producer = model.producerName.map { $0 + (model.producerVersion.map { " \($0)" } ?? "") }
    graph = main.name ?? ""
    operatorSets = model.opsetImport.map {
      OperatorSet(domain: $0.domain.flatMap { $0.isEmpty ? nil : $0 } ?? "ai.onnx", version: $0.version ?? 0)
    }
    let initial = Set(main.initializer.compactMap(\.name))
    inputs = main.input.filter { !initial.contains($0.name ?? "") }.map(Self.value)
    outputs = main.output.map(Self.value)
    var counts: [String: Int] = [:]
    var total = 0
    Self.count(main.node, &counts, &total)
    for function in model.functions { Self.count(function.node, &counts, &total) }
    nodeCount = total
    operators = counts
    initializerCount = main.initializer.count
    parameterCount = main.initializer.reduce(0) { sum, tensor in
      let spec = TensorSpec(tensor.elementType ?? .float, tensor.dims)
      return sum + ((try? spec.checkedCount()) ?? 0)
    }
    functions = model.functions.map { "\(OperatorName($0.name ?? "", domain: $0.domain ?? ""))" }
  }

  private static func value(_ info: ValueInfoProto) -> Value {
    let type = info.type.flatMap(ValueType.init(_:))?.description ?? "unknown"
    return Value(name: info.name ?? "", type: type.replacing("$d", with: "?"))
  }

  private static func count(_ nodes: [NodeProto], _ counts: inout [String: Int], _ total: inout Int) {
    for node in nodes {
      total += 1
      counts["\(OperatorName(node.opType ?? "", domain: node.domain ?? ""))", default: 0] += 1
      for attribute in node.attribute {
        for body in [attribute.g].compactMap({ $0 }) + attribute.graphs { count(body.node, &counts, &total) }
      }
    }
  }

  func print() {
    func line(_ text: String) { Swift.print(text.escapedForTerminal) }
    let sets = operatorSets.map { "\($0.domain) \($0.version)" }.joined(separator: ", ")
    line("graph \"\(graph)\", format \(irVersion.map(String.init) ?? "?"), operators \(sets)")
    if let producer { line("made by \(producer)") }
    for input in inputs { line("input  \(input.name): \(input.type)") }
    for output in outputs { line("output \(output.name): \(output.type)") }
    line("\(initializerCount) initializers, \(parameterCount) elements")
    for function in functions { line("function \(function)") }
    line("\(nodeCount) nodes")
    for (name, count) in operators.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      line("  \(count) \(name)")
    }
  }
}
