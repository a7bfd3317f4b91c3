/// Something to say about a model: what is wrong, where, and what to do about it.
public struct Diagnostic: Error, Hashable, Sendable {
  public enum Severity: String, Codable, Sendable, CaseIterable, Comparable {
    case note, warning, error

    public static func < (a: Severity, b: Severity) -> Bool {
      (allCases.firstIndex(of: a) ?? 0) < (allCases.firstIndex(of: b) ?? 0)
    }
  }

  /// A stable name for one kind of finding, for scripts to match on.
  public struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public init(_ rawValue: String) { self.rawValue = rawValue }
    public var description: String { rawValue }
  }

  public var severity: Severity
  public var code: Code
  /// One sentence that names the node, value or attribute and what is wrong with it.
  public var message: String
  /// Where in the model; nil when it concerns the whole file.
  public var place: Provenance?
  /// What to do about it.
  public var help: String?

  public init(
    _ severity: Severity = .error, _ code: Code, _ message: String, at place: Provenance? = nil, help: String? = nil
  ) {
    self.severity = severity
    self.code = code
    self.message = message
    self.place = place
    self.help = help
  }
}

extension Diagnostic.Code {
  /// The file cannot be opened or read.
  public static let unreadable = Self("unreadable")
  /// The bytes are no ONNX model.
  public static let malformed = Self("malformed")
  /// The file asks for more than the reader's limits allow.
  public static let limit = Self("limit")
  /// External data is missing, too short, or lies where it may not.
  public static let externalData = Self("external-data")
  /// The file cannot be written.
  public static let unwritable = Self("unwritable")
}

extension Diagnostic: CustomStringConvertible {
  /// The finding as lines of text for a terminal, with everything that came from the model escaped.
  public var description: String {
    var text = "\(severity.rawValue)[\(code)]: \(message.escapedForTerminal)"
    if let place { text += "\n  at \(place.description.escapedForTerminal)" }
    if let help { text += "\n  help: \(help.escapedForTerminal)" }
    return text
  }
}

/// Where in the original model something comes from.
public struct Provenance: Hashable, Sendable, CustomStringConvertible {
  /// The graph: the main graph's name, then for each nested one the node and attribute that hold it.
  public var graph: String
  /// The node's position among the graph's nodes, from 0.
  public var index: Int?
  /// The node's name, which may be empty.
  public var name: String
  /// The node's operator, with its domain unless it is ONNX's own.
  public var operatorName: String
  /// The version of the operator set that the model imports.
  public var version: Int?

  public init(graph: String, index: Int? = nil, name: String = "", operatorName: String = "", version: Int? = nil) {
    self.graph = graph
    self.index = index
    self.name = name
    self.operatorName = operatorName
    self.version = version
  }

  public var description: String {
    var text = operatorName
    if let version { text += "-\(version)" }
    if !name.isEmpty { text += " \"\(name)\"" }
    if let index { text += text.isEmpty ? "node \(index)" : " (node \(index))" }
    return text.isEmpty ? "graph \"\(graph)\"" : "\(text) in graph \"\(graph)\""
  }
}

extension StringProtocol {
  /// The text with control characters and other invisible ones written as escapes, so that a name out of a file
  /// cannot drive a terminal.
  public var escapedForTerminal: String {
    var result = ""
    for scalar in unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control where scalar == "\n": result += "\\n"
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse:
        result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
