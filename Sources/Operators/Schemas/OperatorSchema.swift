import Graph

/// What the standard says about one version of one operator: its inputs, outputs and attributes.
public struct OperatorSchema: Sendable {
  public let name: OperatorName
  /// The version of the domain's operator set that introduced this version of the operator.
  public let sinceVersion: Int
  /// Whether this version withdraws the operator.
  public let isDeprecated: Bool
  /// Whether this version was on trial only. It is read, but never written.
  public let isExperimental: Bool
  public let inputs: [Parameter]
  public let outputs: [Parameter]
  /// The attributes, sorted by name.
  public let attributes: [Attribute]
  public let typeConstraints: [TypeConstraint]

  /// How many inputs a node may list, empty names included.
  public var inputCount: ClosedRange<Int> { Self.count(of: inputs) }

  /// How many outputs a node may list, empty names included.
  public var outputCount: ClosedRange<Int> { Self.count(of: outputs) }

  /// The declaration of the input at a position; a variadic one, which is always the last, covers all that follow.
  public func input(at index: Int) -> Parameter? { Self.parameter(at: index, of: inputs) }

  /// The declaration of the output at a position, likewise.
  public func output(at index: Int) -> Parameter? { Self.parameter(at: index, of: outputs) }

  /// The declaration of the attribute of that name.
  public func attribute(_ name: String) -> Attribute? { attributes.first { $0.name == name } }

  private static func count(of parameters: [Parameter]) -> ClosedRange<Int> {
    var least = 0
    for (index, parameter) in parameters.enumerated() {
      switch parameter.option {
      case .single: least = index + 1
      case .optional: break
      case .variadic(let minimum): return index + minimum...Int.max
      }
    }
    return least...parameters.count
  }

  private static func parameter(at index: Int, of parameters: [Parameter]) -> Parameter? {
    if parameters.indices.contains(index) { return parameters[index] }
    guard index >= 0, let last = parameters.last, case .variadic = last.option else { return nil }
    return last
  }
}

extension OperatorSchema {
  /// A formal input or output.
  public struct Parameter: Sendable {
    /// How many values take a parameter's place.
    public enum Option: Hashable, Sendable {
      /// Exactly one.
      case single
      /// One or none; an empty name says none.
      case optional
      /// At least so many.
      case variadic(atLeast: Int)
    }

    public let name: String
    public let option: Option
    /// Whether all values of a variadic parameter have one type.
    public let isHomogeneous: Bool
    /// A type, or the name of the constraint that says which types it may have. Parameters that name the same
    /// constraint have the same type.
    public let typeName: String
    /// The types it may have.
    public let types: TypeSet
  }

  /// A formal attribute.
  public struct Attribute: Sendable {
    /// The type of an attribute's value. Raw values are the names of ONNX's `AttributeProto.AttributeType`.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
      case float = "FLOAT"
      case int = "INT"
      case string = "STRING"
      case tensor = "TENSOR"
      case graph = "GRAPH"
      case sparseTensor = "SPARSE_TENSOR"
      case type = "TYPE_PROTO"
      case floats = "FLOATS"
      case ints = "INTS"
      case strings = "STRINGS"
      case tensors = "TENSORS"
      case graphs = "GRAPHS"
      case sparseTensors = "SPARSE_TENSORS"
      case types = "TYPE_PROTOS"
    }

    /// The value of an attribute that a node leaves out.
    public enum Default: Hashable, Sendable {
      case float(Float)
      case int(Int64)
      case string(String)
      case floats([Float])
      case ints([Int64])
      case strings([String])
    }

    public let name: String
    public let kind: Kind
    public let isRequired: Bool
    public let defaultValue: Default?
  }

  /// A type variable, and the types that it may stand for.
  public struct TypeConstraint: Sendable {
    public let name: String
    public let types: TypeSet
  }

  /// A set of types, each as the standard spells it: `tensor(float)`, `seq(tensor(int64))`, `map(int64, float)`.
  public struct TypeSet: Hashable, Sendable {
    /// The types, sorted.
    public let names: [String]

    public func contains(_ name: String) -> Bool { names.contains(name) }
  }
}
