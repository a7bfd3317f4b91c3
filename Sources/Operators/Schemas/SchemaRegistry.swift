import Graph
import Synchronization

/// The standard's operators, every version of each, and the operators outside it whose definitions bring a schema.
///
/// The standard's facts lie in the binary as text. The first use makes an index of the operators' names; an operator's
/// schemas are parsed when they are first asked for, and kept.
public enum SchemaRegistry {
  /// All operators with a schema, sorted by domain and name.
  public static var operators: [OperatorName] { (Array(index.lines.keys) + additions.keys).sorted() }

  /// Whether an operator is one of the standard's.
  public static func isStandard(_ name: OperatorName) -> Bool { index.lines[name] != nil }

  /// The schema that holds for an operator in a version of its domain's operator set: the newest one not newer.
  public static func schema(_ name: OperatorName, opset: Int) -> OperatorSchema? {
    schemas(of: name).last { $0.sinceVersion <= opset }
  }

  /// The versions of the operator set in which an operator appeared or changed, in ascending order.
  public static func versions(of name: OperatorName) -> [Int] { schemas(of: name).map(\.sinceVersion) }

  /// The domains of the standard's operators; ONNX's own is the empty one.
  static var domains: [String] { index.latestOpset.keys.sorted() }

  /// The newest version of a domain's operator set; 0 for a domain that is not the standard's.
  public static func latestOpset(domain: String = "") -> Int {
    index.latestOpset[domain == "ai.onnx" ? "" : domain] ?? 0
  }

  /// The version of a domain's operator set that came out with a version of ONNX's own, from ONNX's table of releases.
  static func companion(of opset: Int, domain: String) -> Int {
    switch domain {
    case "", "ai.onnx": opset
    case "ai.onnx.ml":
      switch opset {
      case ...10: 1
      case ...15: 2
      case ...19: 3
      case 20: 4
      default: 5
      }
    default: latestOpset(domain: domain)
    }
  }

  /// All versions of an operator, in ascending order.
  package static func schemas(of name: OperatorName) -> [OperatorSchema] {
    guard let lines = index.lines[name] else {
      return (additions[name] ?? OperatorRegistry.definition(name)?.schema).map { [$0] } ?? []
    }
    return parsed.withLock { parsed in
      if let schemas = parsed[name] { return schemas }
      let schemas = index.text(lines).split(separator: "\n").map { index.schema(name, $0) }
      parsed[name] = schemas
      return schemas
    }
  }

  private static let index = SchemaIndex()
  /// The schemas of operators that the standard does not have, from their definitions.
  private static let additions: [OperatorName: OperatorSchema] = Dictionary(
    allOperators.compactMap { definition in definition.schema.map { (definition.name, $0) } },
    uniquingKeysWith: { first, _ in first })
  private static let parsed = Mutex<[OperatorName: [OperatorSchema]]>([:])
}

/// Finds things in the table of schemas. The table is part of the program: where it breaks its own form, the program
/// is broken, and stops.
private struct SchemaIndex: Sendable {
  private(set) var latestOpset: [String: Int] = [:]
  /// The place in the table of each operator's versions.
  private(set) var lines: [OperatorName: Range<Int>] = [:]
  private var types: [String] = []
  /// The place in the table of each set of types.
  private var typeSets: [Range<Int>] = []

  init() {
    SchemaTable.text.withUTF8Buffer { text in
      var section = 0
      var name: OperatorName?
      var start = 0
      var operatorStart = 0
      while start < text.count {
        let end = text[start...].firstIndex(of: UInt8(ascii: "\n")) ?? text.count
        defer { start = end + 1 }
        guard start < end else {
          section += 1
          continue
        }
        guard text[start] != UInt8(ascii: " ") else { continue }
        if section == 2 {
          typeSets.append(start..<end)
          continue
        }
        let line = String(decoding: text[start..<end], as: UTF8.self)
        switch section {
        case 0:
          let words = line.split(separator: " ")
          latestOpset[words[0] == "ai.onnx" ? "" : String(words[0])] = number(words[1])
        case 1: types.append(line)
        default:
          if let name { lines[name] = operatorStart..<start }
          operatorStart = end + 1
          let dot = line.utf8.lastIndex(of: UInt8(ascii: "."))
          name = OperatorName(
            dot.map { String(line[line.index(after: $0)...]) } ?? line,
            domain: dot.map { String(line[..<$0]) } ?? "")
        }
      }
      if let name { lines[name] = operatorStart..<text.count }
    }
  }

  /// A part of the table.
  func text(_ range: Range<Int>) -> String {
    SchemaTable.text.withUTF8Buffer { String(decoding: $0[range], as: UTF8.self) }
  }

  /// One version of an operator, from its line.
  func schema(_ name: OperatorName, _ line: Substring) -> OperatorSchema {
    let fields = line.dropFirst().split(separator: "|", omittingEmptySubsequences: false)
    precondition(fields.count == 5, "the table of schemas breaks its form: \(line)")
    let constraints = items(fields[4]).map {
      OperatorSchema.TypeConstraint(name: String($0[0]), types: typeSet(number($0[1])))
    }
    return OperatorSchema(
      name: name,
      sinceVersion: number(fields[0].prefix { $0.isNumber }),
      isDeprecated: fields[0].last == "!",
      isExperimental: fields[0].last == "~",
      inputs: items(fields[1]).map { parameter($0, constraints) },
      outputs: items(fields[2]).map { parameter($0, constraints) },
      attributes: items(fields[3]).map(attribute),
      typeConstraints: constraints)
  }

  private func typeSet(_ number: Int) -> OperatorSchema.TypeSet {
    OperatorSchema.TypeSet(names: members(text(typeSets[number])).map { types[$0] })
  }

  private func parameter(
    _ words: [Substring], _ constraints: [OperatorSchema.TypeConstraint]
  ) -> OperatorSchema.Parameter {
    let name = words[0].prefix { !"?*~".contains($0) }
    let mark = words[0][name.endIndex...]
    let option: OperatorSchema.Parameter.Option =
      switch mark.first {
      case nil: .single
      case "?": .optional
      default: .variadic(atLeast: number(mark.dropFirst()))
      }
    let type = String(words[1])
    return OperatorSchema.Parameter(
      name: String(name), option: option, isHomogeneous: mark.first != "~", typeName: type,
      types: constraints.first { $0.name == type }?.types ?? OperatorSchema.TypeSet(names: [type]))
  }

  private func attribute(_ words: [Substring]) -> OperatorSchema.Attribute {
    guard let kind = OperatorSchema.Attribute.Kind(rawValue: String(words[1])) else {
      preconditionFailure("the table of schemas has an unknown kind of attribute: \(words[1])")
    }
    return OperatorSchema.Attribute(
      name: String(words[0].prefix { $0 != "!" }), kind: kind, isRequired: words[0].last == "!",
      defaultValue: words.count > 2 ? value(words[2], kind) : nil)
  }

  private func value(_ text: Substring, _ kind: OperatorSchema.Attribute.Kind) -> OperatorSchema.Attribute.Default {
    let elements = text.split(separator: ";")
    switch kind {
    case .float: return .float(number(text))
    case .int: return .int(number(text))
    case .string: return .string(String(text))
    case .floats: return .floats(elements.map { number($0) })
    case .ints: return .ints(elements.map { number($0) })
    case .strings: return .strings(elements.map(String.init))
    default: preconditionFailure("the table of schemas has a default for a \(kind)")
    }
  }
}

/// The items of a field, each as its words.
private func items(_ field: Substring) -> [[Substring]] {
  field.split(separator: ",").map { $0.split(separator: " ") }
}

/// The numbers of a set written as `0-2,7`.
private func members(_ text: String) -> [Int] {
  text.split(separator: ",").flatMap { run in
    let ends = run.split(separator: "-").map { number($0) as Int }
    return Array(ends[0]...ends[ends.count - 1])
  }
}

private func number<Number: LosslessStringConvertible>(_ text: Substring) -> Number {
  guard let number = Number(String(text)) else {
    preconditionFailure("the table of schemas has no number where one belongs: \(text)")
  }
  return number
}
