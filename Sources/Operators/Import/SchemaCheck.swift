import Graph
import KernelRuntime

/// Compares a node with the schema of its own version.
struct SchemaCheck {
  let schema: OperatorSchema
  /// The operator and its version, for messages.
  private let title: String

  init(_ schema: OperatorSchema) {
    self.schema = schema
    title = "\(schema.name)-\(schema.sinceVersion)"
  }

  /// What is wrong with a node; empty when it follows the schema.
  ///
  /// - Parameters:
  ///   - operands: the type of each input, as far as known; nil also for absent ones.
  ///   - present: whether each input is there.
  func check(
    attributes: [String: AttributeValue], operands: [ValueType?], present: [Bool], resultCount: Int
  ) -> [Diagnostic] {
    checkCounts(present: present, resultCount: resultCount) + checkAttributes(attributes)
      + checkTypes(operands)
  }

  private func checkCounts(present: [Bool], resultCount: Int) -> [Diagnostic] {
    var found: [Diagnostic] = []
    let inputs = schema.inputCount
    let outputs = schema.outputCount
    // Absent optional inputs at the end may be listed or not.
    let given = present.lastIndex(of: true).map { $0 + 1 } ?? 0
    if given < inputs.lowerBound || given > inputs.upperBound {
      found.append(arity("takes \(Self.phrase(inputs)) inputs, not \(given)"))
    }
    if resultCount < outputs.lowerBound || resultCount > outputs.upperBound {
      found.append(arity("gives \(Self.phrase(outputs)) outputs, not \(resultCount)"))
    }
    for (i, isPresent) in present.enumerated() where !isPresent && i < given {
      if let parameter = schema.input(at: i), parameter.option == .single {
        found.append(arity("lacks its input \"\(parameter.name)\""))
      }
    }
    return found
  }

  private func arity(_ text: String) -> Diagnostic { Diagnostic(.error, .arity, "\(title) \(text)") }

  private static func phrase(_ range: ClosedRange<Int>) -> String {
    if range.upperBound == Int.max { return "at least \(range.lowerBound)" }
    return range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
  }

  private func checkAttributes(_ attributes: [String: AttributeValue]) -> [Diagnostic] {
    var found: [Diagnostic] = []
    for attribute in schema.attributes where attribute.isRequired && attributes[attribute.name] == nil {
      found.append(.attribute("\(title) lacks its attribute \"\(attribute.name)\""))
    }
    for (name, value) in attributes.sorted(by: { $0.key < $1.key }) {
      guard let attribute = schema.attribute(name) else {
        var diagnostic = Diagnostic.attribute("\(title) has no attribute \"\(name)\"")
        let known = schema.attributes.map(\.name)
        diagnostic.help = known.isEmpty ? "it has none" : "its attributes are \(known.joined(separator: ", "))"
        found.append(diagnostic)
        continue
      }
      if !value.matches(attribute.kind) {
        found.append(
          .attribute(
            "attribute \"\(name)\" of \(title) must be of type \(attribute.kind.rawValue)"))
      }
    }
    return found
  }

  private func checkTypes(_ operands: [ValueType?]) -> [Diagnostic] {
    var found: [Diagnostic] = []
    // Inputs that name the same variable must have the same type.
    var bound: [String: (name: String, input: String)] = [:]
    for (i, type) in operands.enumerated() {
      guard let type, let parameter = schema.input(at: i) else { continue }
      let name = type.schemaName
      if !parameter.types.contains(name) {
        var diagnostic = Diagnostic.type("input \"\(parameter.name)\" of \(title) may not be \(name)")
        diagnostic.help = "it may be \(parameter.types.names.joined(separator: ", "))"
        found.append(diagnostic)
        continue
      }
      guard parameter.isHomogeneous, schema.typeConstraints.contains(where: { $0.name == parameter.typeName }) else {
        continue
      }
      if let other = bound[parameter.typeName], other.name != name {
        found.append(
          .type(
            "inputs \"\(other.input)\" and \"\(parameter.name)\" of \(title) must have one type, but have "
              + "\(other.name) and \(name)"))
      }
      bound[parameter.typeName] = (name, parameter.name)
    }
    return found
  }
}

extension AttributeValue {
  /// Whether the value is of a kind. An empty list is of every list's kind.
  func matches(_ kind: OperatorSchema.Attribute.Kind) -> Bool {
    switch (self, kind) {
    case (.int, .int), (.float, .float), (.string, .string), (.ints, .ints), (.floats, .floats),
      (.strings, .strings), (.tensor, .tensor), (.tensor, .sparseTensor), (.tensors, .tensors),
      (.type, .type), (.types, .types), (.region, .graph), (.regions, .graphs):
      true
    case (.ints(let list), .floats), (.ints(let list), .strings): list.isEmpty
    default: false
    }
  }
}
