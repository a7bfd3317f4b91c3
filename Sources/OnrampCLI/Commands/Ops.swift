import ArgumentParser
import Onramp

struct Ops: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the operators that Onramp knows.",
    discussion: "For each: the versions that models may use, whether Onramp runs it, and its results.")

  @Flag(help: "Print as JSON.") var json = false

  struct Row: Encodable {
    let domain: String
    let name: String
    let versions: [Int]
    let runs: Bool
    let results: [String]
  }

  func run() throws {
    let rows = SchemaRegistry.operators.map { op in
      let schema = SchemaRegistry.current(op)
      return Row(
        domain: op.domain.isEmpty ? "ai.onnx" : op.domain, name: op.type, versions: SchemaRegistry.versions(of: op),
        runs: OperatorRegistry.definition(op) != nil, results: schema?.outputs.map(\.name) ?? [])
    }
    if json { return try printJSON(rows) }
    for row in rows {
      let versions = row.versions.map(String.init).joined(separator: ",")
      print(
        "\(row.runs ? "runs" : "-   ") \(row.domain).\(row.name) \(versions) -> \(row.results.joined(separator: ", "))")
    }
    print("\(rows.count { $0.runs }) of \(rows.count) operators run")
  }
}
