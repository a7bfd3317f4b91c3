import Graph
import KernelRuntime

/// One node as its operator's definition sees it: attributes with the standard's defaults, and what is known of the
/// operands.
public struct OperatorCall: Sendable {
  /// What is known of one operand.
  public struct Operand: Sendable {
    public var type: ValueType
    public var elements: KnownElements?
    /// The whole value of a constant, whatever its size.
    public var constant: Tensor?

    public init(type: ValueType, elements: KnownElements? = nil, constant: Tensor? = nil) {
      self.type = type
      self.elements = elements
      self.constant = constant
    }
  }

  public let op: OperatorName
  public let attributes: [String: AttributeValue]
  public let operands: [Operand?]
  public let resultCount: Int
  /// The types that each nested graph's outputs have, by attribute.
  public var regionOutputs: [String: [ValueType]] = [:]
  private let schema: OperatorSchema?

  public init(
    op: OperatorName, attributes: [String: AttributeValue], operands: [Operand?], resultCount: Int
  ) {
    self.op = op
    self.attributes = attributes
    self.operands = operands
    self.resultCount = resultCount
    schema = SchemaRegistry.current(op)
  }

  // MARK: Attributes

  private func value<T>(_ name: String, _ cast: (AttributeValue) -> T?) throws(Diagnostic) -> T? {
    guard let value = attributes[name] else { return nil }
    guard let result = cast(value) else { throw .attribute("attribute \"\(name)\" of \(op) has the wrong type") }
    return result
  }

  private func required<T>(_ name: String, _ value: T?) throws(Diagnostic) -> T {
    guard let value else { throw .attribute("\(op) lacks its attribute \"\(name)\"") }
    return value
  }

  public func has(_ name: String) -> Bool { attributes[name] != nil }

  /// An integer attribute, or the standard's default for it.
  public func int(_ name: String) throws(Diagnostic) -> Int { try required(name, optionalInt(name)) }

  public func optionalInt(_ name: String) throws(Diagnostic) -> Int? {
    if let value = try value(name, { if case .int(let x) = $0 { x } else { nil } }) { return value }
    if case .int(let x)? = schema?.attribute(name)?.defaultValue { return Int(x) }
    return nil
  }

  /// An integer attribute that stands for a truth value.
  public func flag(_ name: String) throws(Diagnostic) -> Bool { try int(name) != 0 }

  public func float(_ name: String) throws(Diagnostic) -> Float { try required(name, optionalFloat(name)) }

  public func optionalFloat(_ name: String) throws(Diagnostic) -> Float? {
    if let value = try value(name, { if case .float(let x) = $0 { x } else { nil } }) { return value }
    if case .float(let x)? = schema?.attribute(name)?.defaultValue { return x }
    return nil
  }

  public func string(_ name: String) throws(Diagnostic) -> String { try required(name, optionalString(name)) }

  public func optionalString(_ name: String) throws(Diagnostic) -> String? {
    if let value = try value(name, { if case .string(let x) = $0 { x } else { nil } }) { return value }
    if case .string(let x)? = schema?.attribute(name)?.defaultValue { return x }
    return nil
  }

  public func ints(_ name: String) throws(Diagnostic) -> [Int] { try required(name, optionalInts(name)) }

  public func optionalInts(_ name: String) throws(Diagnostic) -> [Int]? {
    if let value = try value(name, { if case .ints(let x) = $0 { x } else { nil } }) { return value }
    if case .ints(let x)? = schema?.attribute(name)?.defaultValue { return x.map(Int.init) }
    return nil
  }

  public func floats(_ name: String) throws(Diagnostic) -> [Float] { try required(name, optionalFloats(name)) }

  public func optionalFloats(_ name: String) throws(Diagnostic) -> [Float]? {
    if let value = try value(name, { if case .floats(let x) = $0 { x } else { nil } }) { return value }
    if case .floats(let x)? = schema?.attribute(name)?.defaultValue { return x }
    return nil
  }

  public func optionalStrings(_ name: String) throws(Diagnostic) -> [String]? {
    if let value = try value(name, { if case .strings(let x) = $0 { x } else { nil } }) { return value }
    if case .strings(let x)? = schema?.attribute(name)?.defaultValue { return x }
    return nil
  }

  public func strings(_ name: String) throws(Diagnostic) -> [String] { try required(name, optionalStrings(name)) }

  public func optionalTensor(_ name: String) throws(Diagnostic) -> Tensor? {
    try value(name) { if case .tensor(let x) = $0 { x } else { nil } }
  }

  public func optionalType(_ name: String) throws(Diagnostic) -> ValueType? {
    try value(name) { if case .type(let x) = $0 { x } else { nil } }
  }

  /// A string attribute that names one of a few choices.
  public func choice<T: RawRepresentable<String>>(
    _ name: String, of type: T.Type = T.self
  ) throws(Diagnostic) -> T {
    let text = try string(name)
    guard let choice = T(rawValue: text) else {
      throw .attribute("\(name) of \(op) is \"\(text)\", which is none of its values")
    }
    return choice
  }

  /// An integer attribute that names an element type.
  public func elementType(_ name: String) throws(Diagnostic) -> ElementType {
    try required(name, optionalElementType(name))
  }

  public func optionalElementType(_ name: String) throws(Diagnostic) -> ElementType? {
    guard let number = try optionalInt(name), number != 0 else { return nil }
    guard let raw = UInt8(exactly: number), let type = ElementType(rawValue: raw) else {
      throw .attribute("attribute \"\(name)\" of \(op) is \(number), which is no element type")
    }
    return type
  }

  // MARK: Operands

  public func has(_ i: Int) -> Bool { i < operands.count && operands[i] != nil }

  public func type(_ i: Int) throws(Diagnostic) -> ValueType {
    guard i < operands.count, let operand = operands[i] else {
      throw Diagnostic(.error, .arity, "\(op) lacks its input \(i)")
    }
    return operand.type
  }

  public func tensor(_ i: Int) throws(Diagnostic) -> TensorType {
    guard let tensor = try type(i).tensor else { throw .type("input \(i) of \(op) is not a tensor") }
    return tensor
  }

  public func optionalTensor(_ i: Int) throws(Diagnostic) -> TensorType? { has(i) ? try tensor(i) : nil }

  public func elementType(_ i: Int) throws(Diagnostic) -> ElementType { try tensor(i).elementType }

  /// The shape of operand `i`; nil when not even its rank is known.
  public func shape(_ i: Int) throws(Diagnostic) -> [Dimension]? { try tensor(i).shape }

  /// As `shape(_:)`, for an operand that must have `rank` dimensions.
  public func shape(_ i: Int, rank: Int) throws(Diagnostic) -> [Dimension]? {
    guard let shape = try shape(i) else { return nil }
    guard shape.count == rank else {
      throw .shape("input \(i) of \(op) must have \(rank) dimensions, not \(shape.count)")
    }
    return shape
  }

  /// As `shape(_:)`, for an operand that must have `least` dimensions or more.
  public func shape(_ i: Int, minimumRank least: Int) throws(Diagnostic) -> [Dimension]? {
    guard let shape = try shape(i) else { return nil }
    guard shape.count >= least else {
      throw .shape("input \(i) of \(op) must have at least \(least) dimensions, not \(shape.count)")
    }
    return shape
  }

  /// The elements of operand `i` as dimensions, when it is a known integer tensor.
  public func dimensions(_ i: Int) -> [Dimension]? {
    guard i < operands.count, let operand = operands[i] else { return nil }
    return operand.elements?.dimensions?.elements
  }

  /// The elements of operand `i` as numbers, when it is a known integer tensor.
  public func integers(_ i: Int) -> [Int]? {
    guard let dimensions = dimensions(i) else { return nil }
    let numbers = dimensions.compactMap(\.value)
    return numbers.count == dimensions.count ? numbers : nil
  }

  /// The value of operand `i`, when it is known as numbers.
  public func known(_ i: Int) -> Tensor? {
    guard i < operands.count, let operand = operands[i] else { return nil }
    if let constant = operand.constant { return constant }
    if case .tensor(let tensor)? = operand.elements { return tensor }
    return nil
  }

  /// The number of elements of operand `i`, a tensor of rank 1, when it is known.
  public func length(_ i: Int) throws(Diagnostic) -> Int? {
    guard let shape = try shape(i) else { return nil }
    guard shape.count <= 1 else { throw .shape("input \(i) of \(op) must have one dimension, not \(shape.count)") }
    return shape.first.map(\.value) ?? 1
  }

  // MARK: Axes

  /// An axis counted from the front, from one that may count from the back.
  public func axis(_ axis: Int, rank: Int) throws(Diagnostic) -> Int {
    guard axis >= -rank, axis < rank else {
      throw .attribute("axis \(axis) of \(op) is outside a tensor of \(rank) dimensions")
    }
    return axis < 0 ? axis + rank : axis
  }

  /// As `axis(_:rank:)` for several, none of which may occur twice.
  public func axes(_ axes: [Int], rank: Int) throws(Diagnostic) -> [Int] {
    var result: [Int] = []
    for a in axes {
      let a = try axis(a, rank: rank)
      guard !result.contains(a) else { throw .attribute("axis \(a) of \(op) is named twice") }
      result.append(a)
    }
    return result
  }
}
