import Graph

/// A node on its way from one version of its operator to another.
public struct NodeDraft: Sendable {
  public var op: OperatorName
  /// The version of the schema that the draft follows.
  public var version: Int
  public var attributes: [String: AttributeValue]
  public var operands: [ValueID?]
  /// The names of the results; empty for one that is absent.
  public var results: [String]
  /// Results of the original node that values made before the draft have become, by name.
  private(set) var givenResults: [String: ValueID] = [:]

  init(
    op: OperatorName, version: Int, attributes: [String: AttributeValue], operands: [ValueID?], results: [String]
  ) {
    self.op = op
    self.version = version
    self.attributes = attributes
    self.operands = operands
    self.results = results
  }

  /// Makes the draft another node, with the same results: the last of those that take the old one's place.
  public mutating func become(
    _ type: String, _ operands: [ValueID?], _ attributes: [String: AttributeValue] = [:]
  ) {
    op = OperatorName(type, domain: op.domain)
    version = SchemaRegistry.current(op)?.sinceVersion ?? version
    self.operands = operands
    self.attributes = attributes
  }

  /// Makes a value that was made before the draft its last result; the draft no longer has that one.
  mutating func giveLastResult(_ value: ValueID) {
    let name = results.removeLast()
    if !name.isEmpty { givenResults[name] = value }
  }

  /// Whether the node has a result at a position.
  func hasResult(_ i: Int) -> Bool { i < results.count && !results[i].isEmpty }

  // MARK: Operands

  /// The operand at a position; nil for one that is absent.
  func operand(_ i: Int) -> ValueID? { i < operands.count ? operands[i] : nil }

  /// The operand at a position where the operator must have one.
  func required(_ i: Int) throws(Diagnostic) -> ValueID {
    guard let operand = operand(i) else { throw Diagnostic(.error, .arity, "\(op) lacks its input \(i)") }
    return operand
  }

  /// Sets the operand at a position, with absent ones before it where there are none.
  mutating func setOperand(_ i: Int, to value: ValueID) {
    while operands.count <= i { operands.append(nil) }
    operands[i] = value
  }

  /// Takes away the operands from a position on.
  mutating func dropOperands(from i: Int) { operands.removeLast(max(operands.count - i, 0)) }

  // MARK: Attributes

  func int(_ name: String) -> Int? { if case .int(let x)? = attributes[name] { x } else { nil } }
  func float(_ name: String) -> Float? { if case .float(let x)? = attributes[name] { x } else { nil } }
  func string(_ name: String) -> String? { if case .string(let x)? = attributes[name] { x } else { nil } }
  func ints(_ name: String) -> [Int]? { if case .ints(let x)? = attributes[name] { x } else { nil } }

  func floats(_ name: String) -> [Float]? {
    switch attributes[name] {
    case .floats(let x)?: x
    // A list without elements does not say of what it is.
    case .ints([])?: []
    default: nil
    }
  }

  /// Takes an attribute away, and says what it was.
  mutating func takeInt(_ name: String) -> Int? {
    defer { attributes[name] = nil }
    return int(name)
  }
  mutating func takeFloat(_ name: String) -> Float? {
    defer { attributes[name] = nil }
    return float(name)
  }
  mutating func takeInts(_ name: String) -> [Int]? {
    defer { attributes[name] = nil }
    return ints(name)
  }
  mutating func takeFloats(_ name: String) -> [Float]? {
    defer { attributes[name] = nil }
    return floats(name)
  }

  /// Writes an attribute out that the node leaves to its default, for a version with another default.
  mutating func setDefault(_ name: String, _ value: AttributeValue) {
    if attributes[name] == nil { attributes[name] = value }
  }
}
