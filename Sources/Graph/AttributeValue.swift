import KernelRuntime

/// The value of a node's attribute.
public enum AttributeValue: Sendable {
  case int(Int)
  case float(Float)
  case string(String)
  case ints([Int])
  case floats([Float])
  case strings([String])
  case tensor(Tensor)
  case tensors([Tensor])
  case type(ValueType)
  case types([ValueType])
  /// A nested graph, owned by the node.
  case region(RegionID)
  case regions([RegionID])
}

extension AttributeValue: Hashable {
  public static func == (a: AttributeValue, b: AttributeValue) -> Bool {
    switch (a, b) {
    case (.int(let x), .int(let y)): x == y
    case (.float(let x), .float(let y)): x.bitPattern == y.bitPattern
    case (.string(let x), .string(let y)): x == y
    case (.ints(let x), .ints(let y)): x == y
    case (.floats(let x), .floats(let y)): x.map(\.bitPattern) == y.map(\.bitPattern)
    case (.strings(let x), .strings(let y)): x == y
    case (.tensor(let x), .tensor(let y)): x.isSameMemory(as: y)
    case (.tensors(let x), .tensors(let y)): x.count == y.count && zip(x, y).allSatisfy { $0.isSameMemory(as: $1) }
    case (.type(let x), .type(let y)): x == y
    case (.types(let x), .types(let y)): x == y
    case (.region(let x), .region(let y)): x == y
    case (.regions(let x), .regions(let y)): x == y
    default: false
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .int(let x): hasher.combine(x)
    case .float(let x): hasher.combine(x.bitPattern)
    case .string(let x): hasher.combine(x)
    case .ints(let x): hasher.combine(x)
    case .floats(let x): hasher.combine(x.map(\.bitPattern))
    case .strings(let x): hasher.combine(x)
    case .tensor(let x): hasher.combine(x.storedBytes.baseAddress)
    case .tensors(let x): hasher.combine(x.map(\.storedBytes.baseAddress))
    case .type(let x): hasher.combine(x)
    case .types(let x): hasher.combine(x)
    case .region(let x): hasher.combine(x)
    case .regions(let x): hasher.combine(x)
    }
  }
}

extension Tensor {
  /// Whether both view the same elements of the same buffer.
  func isSameMemory(as other: Tensor) -> Bool {
    spec == other.spec && storedBytes.baseAddress == other.storedBytes.baseAddress
  }
}

extension AttributeValue: CustomStringConvertible {
  public var description: String {
    switch self {
    case .int(let x): String(x)
    case .float(let x): String(x)
    case .string(let x): "\"\(x.escapedForTerminal)\""
    case .ints(let x): "[\(x.map(String.init).joined(separator: ", "))]"
    case .floats(let x): "[\(x.map { String($0) }.joined(separator: ", "))]"
    case .strings(let x): "[\(x.map { "\"\($0.escapedForTerminal)\"" }.joined(separator: ", "))]"
    case .tensor(let x): "tensor \(x.spec)"
    case .tensors(let x): "tensors [\(x.map(\.spec.description).joined(separator: ", "))]"
    case .type(let x): x.description
    case .types(let x): "[\(x.map(\.description).joined(separator: ", "))]"
    case .region(let x): x.description
    case .regions(let x): "[\(x.map(\.description).joined(separator: ", "))]"
    }
  }
}
