import Graph
import KernelRuntime
import Synchronization

/// What Onramp knows about one operator, in the newest version of its operator set.
///
/// One file in `Catalogue` an operator, named for it, declares a type that conforms; the registry and all tables
/// follow from the files.
public protocol OperatorDefinition: Sendable {
  /// The operator. By default the type's name without the suffix "Op", in `domain`.
  static var name: OperatorName { get }
  /// The domain of the operator set; by default ONNX's own.
  static var domain: String { get }
  /// The operator's schema, for one that is not in the standard's tables.
  static var schema: OperatorSchema? { get }
  /// Whether equal operands always give equal results, so that calls may be folded and merged.
  static var isPure: Bool { get }
  /// How elements known before the run pass through the operator.
  static var propagation: ValuePropagation { get }
  /// What a call looks like when the dimensions of its tensors change places.
  static var dimensionOrder: DimensionOrder { get }

  /// The types of the results.
  ///
  /// - Returns: a type for each result that the operator may have, in order. `Dimension.local` stands for extents that
  ///   only the run can tell.
  /// - Throws: when the operands or attributes are not valid.
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType]

  /// The kernel that computes all results.
  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel

  /// The call as simpler calls, for an operator or a form of it that no kernel computes by itself.
  ///
  /// - Returns: the value that takes each result's place, or nil when the operator stays as it is.
  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]?
}

/// How elements known before the run pass through an operator.
public enum ValuePropagation: Sendable {
  /// Only when all operands are known as numbers.
  case constants
  /// The operator copies elements of some operands and looks at none of them.
  case movement(operands: Set<Int>)
  /// The operator combines integer tensors element by element, from the first to the last.
  case arithmetic(@Sendable (Dimension, Dimension) -> Dimension?)
  /// The operator computes elements from its operands' types.
  case custom(@Sendable (OperatorCall) -> SymbolicTensor?)
}

/// What a call looks like when the dimensions of its tensors change places, so that a compiler may choose their order.
public enum DimensionOrder: Sendable {
  /// Each dimension has a meaning of its own.
  case fixed
  /// The same: all dimensions are alike. Tensors are broadcast against each other.
  case free
  /// The attribute `axis` names another dimension.
  case axis
  /// The attribute `axes` names other dimensions; without it all are named, in order.
  case axes
  /// An operand names other dimensions; without it they are the first ones, as many as `like` has elements, or all.
  case axesOperand(Int, like: Int? = nil)
}

extension OperatorDefinition {
  public static var domain: String { "" }
  public static var name: OperatorName {
    OperatorName(String(typeName(Self.self).dropLast("Op".count)), domain: domain)
  }
  public static var schema: OperatorSchema? { nil }
  public static var isPure: Bool { true }
  public static var propagation: ValuePropagation { .constants }
  public static var dimensionOrder: DimensionOrder { .fixed }
  public static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? { nil }
}

/// An operator with nested graphs: its kernel runs them as programs of their own.
public protocol RegionOperator: OperatorDefinition {
  /// Whether a nested graph may be passed over, so that what is wrong in it need not matter.
  static var isConditional: Bool { get }

  /// The types of a nested graph's inputs as far as the operands tell; nil for one that they don't.
  static func regionInputs(_ attribute: String, count: Int, _ call: OperatorCall) throws(Diagnostic) -> [ValueType?]

  /// The kernel over the compiled bodies. It takes the operator's own operands and behind them each body's captures,
  /// in the order of `bodies`.
  static func kernel(_ call: OperatorCall, bodies: [Body]) throws(Diagnostic) -> any Kernel
}

extension RegionOperator {
  public static var isConditional: Bool { false }

  public static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    throw .unsupported("\(name) is run through its bodies")
  }
}

/// An operator whose attributes name values of the graph around it: only the importer can say what it means.
public protocol NamingOp: ExpandedOp {
  /// The call as simpler calls.
  ///
  /// - Parameter names: the values that names stand for at the place of the call.
  /// - Returns: the value that takes each result's place.
  static func expand(
    _ call: OperatorCall, _ names: [String: ValueID], _ builder: inout NodeBuilder
  ) throws(Diagnostic) -> [ValueID]
}

/// A nested graph as a program: its inputs are the graph's, and behind them its captures.
public struct Body: Sendable {
  public var attribute: String
  public var program: Program
  public var captureCount: Int

  public init(attribute: String, program: Program, captureCount: Int) {
    self.attribute = attribute
    self.program = program
    self.captureCount = captureCount
  }
}

/// An operator as a graph may name it: one of the catalogue's, or one result of one of them.
public struct OperatorEntry: Sendable {
  public let definition: any OperatorDefinition.Type
  /// The result that this operator gives alone; nil when it gives all.
  public let half: ResultHalf?

  public var isPure: Bool { definition.isPure }
}

/// The operators that graphs may contain.
public enum OperatorRegistry {
  /// The entry for an operator's name, or nil for one that Onramp does not know.
  public static func entry(_ name: OperatorName) -> OperatorEntry? {
    if let entry = whole[name] { return entry }
    if name.domain == ResultHalf.domain, let entry = halves[name] { return entry }
    return registered.withLock { $0[name] }
  }

  /// The half that a node of one result stands for: that of a half's own name, or the first result of an operator
  /// whose other results are optional. Nil for an operator that has one result only.
  public static func half(_ name: OperatorName) -> ResultHalf? {
    guard let entry = entry(name) else { return nil }
    return entry.half ?? ResultHalf.halves(of: name).first { $0.name == name }
  }

  /// Makes an operator of your own known, to the whole process and for good. Models read afterwards may contain it.
  ///
  /// Its definition brings its own `schema`, against which nodes are checked.
  ///
  /// - Throws: when the definition has no schema, or an operator of that name is known already.
  public static func register(_ definition: any OperatorDefinition.Type) throws(Diagnostic) {
    let name = definition.name
    guard definition.schema != nil else { throw .unsupported("\(name) cannot be registered without a schema") }
    let isNew =
      whole[name] == nil
      && registered.withLock { registered in
        guard registered[name] == nil else { return false }
        registered[name] = OperatorEntry(definition: definition, half: nil)
        return true
      }
    guard isNew else { throw .unsupported("\(name) cannot be registered: an operator of that name is known already") }
    let halves = ResultHalf.halves(of: name).filter { $0.name != name }
    registered.withLock { registered in
      for half in halves { registered[half.name] = OperatorEntry(definition: definition, half: half) }
    }
  }

  private static let registered = Mutex<[OperatorName: OperatorEntry]>([:])

  /// The definition of an operator of the catalogue.
  public static func definition(_ name: OperatorName) -> (any OperatorDefinition.Type)? {
    guard let entry = entry(name), entry.half == nil else { return nil }
    return entry.definition
  }

  /// Whether Onramp runs models with the operator: it has a definition, or is withdrawn and upgraded to ones that have.
  public static func runs(_ name: OperatorName) -> Bool {
    if definition(name) != nil { return true }
    guard let newest = SchemaRegistry.current(name), newest.isDeprecated else { return false }
    return allUpgrades.contains { $0.step.op == name && $0.step.to == newest.sinceVersion }
  }

  /// All operators of the catalogue, sorted by domain and name.
  public static var definitions: [any OperatorDefinition.Type] { allOperators.sorted { $0.name < $1.name } }

  private static let whole = Dictionary(
    uniqueKeysWithValues: allOperators.map { ($0.name, OperatorEntry(definition: $0, half: nil)) })

  /// Apart, because every operator's schema must be read for them, and few models need any.
  private static let halves: [OperatorName: OperatorEntry] = {
    var entries: [OperatorName: OperatorEntry] = [:]
    for definition in allOperators {
      for half in ResultHalf.halves(of: definition.name) where half.name != definition.name {
        entries[half.name] = OperatorEntry(definition: definition, half: half)
      }
    }
    return entries
  }()
}

/// One result of an operator that has several, as an operator of its own with the same operands and attributes.
public struct ResultHalf: Hashable, Sendable {
  /// The attributes that a half of a variadic result carries: which of the results it is, and of how many.
  public static let indexAttribute = "result"
  public static let countAttribute = "result_count"

  /// The operator that has all results.
  public let base: OperatorName
  /// The half's own name: the operator's where the standard lets it give this result alone, else one of the domain
  /// `onramp` such as `onramp.MaxPoolIndices`.
  public let name: OperatorName
  /// The position of the result; of the first one when the result is variadic.
  public let index: Int
  public let isVariadic: Bool
  /// Whether the standard lets a node of the operator give this result alone, the others left out.
  public let standsAlone: Bool

  /// The domain of operators that only Onramp has.
  public static let domain = "onramp"

  /// The halves of an operator, one for each formal result; none for an operator that never has more than one.
  public static func halves(of base: OperatorName) -> [ResultHalf] {
    let outputs = SchemaRegistry.current(base)?.outputs ?? []
    let variadic = outputs.last.map { if case .variadic = $0.option { true } else { false } } ?? false
    guard outputs.count > 1 || variadic else { return [] }
    return outputs.enumerated().map { index, output in
      let isVariadic = variadic && index == outputs.count - 1
      let standsAlone =
        !isVariadic && outputs.indices.allSatisfy { $0 == index || outputs[$0].option == .optional }
      let suffix = output.name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
      let stem = base.domain == domain ? base.type : base.description
      return ResultHalf(
        base: base, name: standsAlone && index == 0 ? base : OperatorName(stem + suffix, domain: domain),
        index: index, isVariadic: isVariadic, standsAlone: standsAlone)
    }
  }
}

extension SchemaRegistry {
  /// The newest schema of an operator.
  public static func current(_ name: OperatorName) -> OperatorSchema? { schemas(of: name).last }
}

extension Diagnostic.Code {
  /// The operator is not one of its operator set's.
  public static let unknownOperator = Self("unknown-operator")
  /// The operator is valid, but Onramp does not have it or this form of it.
  public static let unsupported = Self("unsupported")
  /// An attribute is missing, superfluous, or of the wrong type or value.
  public static let attribute = Self("attribute")
  /// A node has too many or too few inputs or outputs.
  public static let arity = Self("arity")
  /// A value's type is not what its use demands.
  public static let type = Self("type")
  /// Shapes do not fit together.
  public static let shape = Self("shape")
}

extension Diagnostic {
  public static func unsupported(_ message: String) -> Diagnostic { Diagnostic(.error, .unsupported, message) }
  public static func attribute(_ message: String) -> Diagnostic { Diagnostic(.error, .attribute, message) }
  public static func type(_ message: String) -> Diagnostic { Diagnostic(.error, .type, message) }
  public static func shape(_ message: String) -> Diagnostic { Diagnostic(.error, .shape, message) }

  /// The diagnostic with a place, unless it has one already.
  public func located(_ place: Provenance) -> Diagnostic {
    var copy = self
    copy.place = copy.place ?? place
    return copy
  }
}
