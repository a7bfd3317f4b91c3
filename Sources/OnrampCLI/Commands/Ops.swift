import ArgumentParser
import Onramp

struct Ops: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the operators that Onramp knows.",
    discussion: """
      For each: whether Onramp runs it, the versions that models may use, its results, the element types that its first \
      input may have, and how many of the cases of ONNX's backend suite that contain it pass.
      """)

  @Flag(help: "Print as JSON.") var json = false

  struct Row: Encodable {
    let domain: String
    let name: String
    let versions: [Int]
    let runs: Bool
    let results: [String]
    /// The element types of the first input, or where there is none of the first output.
    let types: [String]
    /// Cases of ONNX's backend suite that contain the operator.
    let cases: Int
    let casesPassed: Int
    /// Random nodes compared with a peer.
    let draws: Int
    let drawsFailed: Int
  }

  func run() throws {
    let counts = SuiteCounts.byOperator
    let rows = SchemaRegistry.operators.map { op in
      let schema = SchemaRegistry.current(op)
      let domain = op.domain.isEmpty ? "ai.onnx" : op.domain
      let count = counts["\(domain).\(op.type)"] ?? [0, 0, 0, 0]
      return Row(
        domain: domain, name: op.type, versions: SchemaRegistry.versions(of: op), runs: OperatorRegistry.runs(op),
        results: schema?.outputs.map(\.name) ?? [],
        types: (schema?.inputs.first ?? schema?.outputs.first).map { Self.elementTypes($0.types) } ?? [],
        cases: count[1], casesPassed: count[0], draws: count[2], drawsFailed: count[3])
    }
    if json { return try printJSON(rows) }
    for row in rows {
      let versions = row.versions.map(String.init).joined(separator: ",")
      var line = "\(row.runs ? "runs" : "-   ") \(row.domain).\(row.name) \(versions)"
      line += " -> \(row.results.joined(separator: ", ")); \(row.types.joined(separator: ","))"
      if row.cases > 0 { line += "; \(row.casesPassed)/\(row.cases) cases" }
      if row.draws > 0 { line += "; \(row.draws - row.drawsFailed)/\(row.draws) draws" }
      print(line)
    }
    print("\(rows.count { $0.runs }) of \(rows.count) operators run")
  }

  /// The names in `tensor(float)`, `seq(tensor(float))` and so on, each once, in order.
  private static func elementTypes(_ types: OperatorSchema.TypeSet) -> [String] {
    let names = types.names.map { name in
      name.hasPrefix("map(") ? name : String(name.split(separator: "(").last?.prefix { $0 != ")" } ?? "")
    }
    return Set(names).sorted()
  }
}

extension SuiteCounts {
  /// The four numbers of each operator, by domain and name.
  fileprivate static var byOperator: [String: [Int]] {
    let lines = text.withUTF8Buffer { String(decoding: $0, as: UTF8.self) }.split(separator: "\n")
    return Dictionary(
      lines.map { line in
        let words = line.split(separator: " ")
        return (String(words[0]), words.dropFirst().map { Int($0) ?? 0 })
      }, uniquingKeysWith: { first, _ in first })
  }
}
