import Graph
import KernelRuntime

// What a definition writes its own schema with, for an operator that is not in the standard's tables.

extension OperatorSchema {
  /// A schema in one version only.
  ///
  /// - Parameter types: the types that each type variable may stand for.
  public init(
    _ name: OperatorName, since version: Int = 1, inputs: [Parameter], outputs: [Parameter],
    attributes: [Attribute] = [], types: [String: TypeSet]
  ) {
    func bound(_ parameter: Parameter) -> Parameter {
      Parameter(
        name: parameter.name, option: parameter.option, isHomogeneous: parameter.isHomogeneous,
        typeName: parameter.typeName, types: types[parameter.typeName] ?? parameter.types)
    }
    self.init(
      name: name, sinceVersion: version, isDeprecated: false, isExperimental: false, inputs: inputs.map(bound),
      outputs: outputs.map(bound),
      attributes: attributes.sorted { $0.name < $1.name },
      typeConstraints: types.sorted { $0.key < $1.key }.map { TypeConstraint(name: $0.key, types: $0.value) })
  }
}

extension OperatorSchema.Parameter {
  /// A parameter that takes one value, of a type variable or of a type.
  public static func one(_ name: String, _ type: String) -> Self { Self(name, .single, type) }
  /// A parameter that may be left out.
  public static func optional(_ name: String, _ type: String) -> Self { Self(name, .optional, type) }
  /// A parameter that takes any number of values, each of a type of its own.
  public static func variadic(_ name: String, _ type: String, atLeast least: Int = 1) -> Self {
    Self(name, .variadic(atLeast: least), type)
  }

  private init(_ name: String, _ option: Option, _ type: String) {
    self.init(
      name: name, option: option, isHomogeneous: option == .single || option == .optional, typeName: type,
      types: OperatorSchema.TypeSet(names: [type]))
  }
}

extension OperatorSchema.Attribute {
  /// An integer, with the value that stands for one left out.
  public static func int(_ name: String, _ value: Int64? = nil, isRequired: Bool = false) -> Self {
    Self(name: name, kind: .int, isRequired: isRequired, defaultValue: value.map { .int($0) })
  }
  /// A number, likewise.
  public static func float(_ name: String, _ value: Float? = nil, isRequired: Bool = false) -> Self {
    Self(name: name, kind: .float, isRequired: isRequired, defaultValue: value.map { .float($0) })
  }
  /// A text, likewise.
  public static func string(_ name: String, _ value: String? = nil, isRequired: Bool = false) -> Self {
    Self(name: name, kind: .string, isRequired: isRequired, defaultValue: value.map { .string($0) })
  }
  /// A list of integers, which may be left out.
  public static func ints(_ name: String) -> Self {
    Self(name: name, kind: .ints, isRequired: false, defaultValue: nil)
  }
  /// A list of numbers, which may be left out.
  public static func floats(_ name: String) -> Self {
    Self(name: name, kind: .floats, isRequired: false, defaultValue: nil)
  }
  /// A list of texts, which may be left out.
  public static func strings(_ name: String) -> Self {
    Self(name: name, kind: .strings, isRequired: false, defaultValue: nil)
  }
}

extension OperatorSchema.TypeSet {
  /// Tensors of elements of the given types.
  public static func tensors(_ types: ElementType...) -> Self {
    Self(names: types.map { "tensor(\($0.name))" }.sorted())
  }
  /// Tensors of floats of 16 bits or more.
  public static let floats = tensors(.float, .double, .float16, .bfloat16)
  /// Tensors of bytes.
  public static let bytes = tensors(.int8, .uint8)
  /// Tensors that index others.
  public static let indices = tensors(.int32, .int64)
}
