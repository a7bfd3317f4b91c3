import Onramp

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Prints a value as JSON on standard output, keys sorted.
func printJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  print(String(decoding: try encoder.encode(value), as: UTF8.self))
}

/// Prints a value as JSON on one line.
func printJSONLine(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  print(String(decoding: try encoder.encode(value), as: UTF8.self))
}

/// A diagnostic as scripts read it.
struct DiagnosticReport: Encodable {
  let severity: String
  let code: String
  let message: String
  let help: String?
  let graph: String?
  let node: Int?
  let name: String?
  let `operator`: String?
  let version: Int?

  init(_ diagnostic: Diagnostic) {
    severity = diagnostic.severity.rawValue
    code = diagnostic.code.rawValue
    message = diagnostic.message
    help = diagnostic.help
    graph = diagnostic.place?.graph
    node = diagnostic.place?.index
    name = diagnostic.place?.name
    `operator` = diagnostic.place?.operatorName
    version = diagnostic.place?.version
  }
}

/// Findings in the Static Analysis Results Interchange Format, version 2.1.0 (OASIS).
struct SarifReport: Encodable {
  struct Text: Encodable {
    let text: String
  }
  struct Rule: Encodable {
    let id: String
  }
  struct Driver: Encodable {
    let name = "onramp"
    let rules: [Rule]
  }
  struct Tool: Encodable {
    let driver: Driver
  }
  struct Artifact: Encodable {
    let uri: String
  }
  struct PhysicalLocation: Encodable {
    let artifactLocation: Artifact
  }
  struct LogicalLocation: Encodable {
    let fullyQualifiedName: String
  }
  struct Location: Encodable {
    let physicalLocation: PhysicalLocation
    let logicalLocations: [LogicalLocation]
  }
  struct Result: Encodable {
    let ruleId: String
    let level: String
    let message: Text
    let locations: [Location]
  }
  struct Run: Encodable {
    let tool: Tool
    let results: [Result]
  }

  let version = "2.1.0"
  let schema = "https://json.schemastore.org/sarif-2.1.0.json"
  let runs: [Run]

  enum CodingKeys: String, CodingKey {
    case version, runs
    case schema = "$schema"
  }

  init(_ diagnostics: [Diagnostic], file: String) {
    let results = diagnostics.map { diagnostic in
      Result(
        ruleId: diagnostic.code.rawValue, level: diagnostic.severity.rawValue,
        message: Text(text: diagnostic.message + (diagnostic.help.map { "; \($0)" } ?? "")),
        locations: [
          Location(
            physicalLocation: PhysicalLocation(artifactLocation: Artifact(uri: file)),
            logicalLocations: diagnostic.place.map { [LogicalLocation(fullyQualifiedName: $0.description)] } ?? [])
        ])
    }
    let rules = Set(diagnostics.map(\.code.rawValue)).sorted().map(Rule.init)
    runs = [Run(tool: Tool(driver: Driver(rules: rules)), results: results)]
  }
}
