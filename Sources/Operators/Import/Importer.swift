import Graph
import KernelRuntime
import OnnxFormat

/// Makes a graph of a model: checks each node against its own version's schema, inlines functions, upgrades every
/// node to the newest version and infers types, all in one walk.
///
/// What is wrong is collected, so that one call finds all of it. A node that cannot be understood stays in the graph
/// with results of unknown type.
public struct Importer {
  /// A model as a graph, and what there is to say about it.
  public struct Result: Sendable {
    public var graph: Graph
    public var diagnostics: [Diagnostic]

    public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
  }

  private let model: Model
  private let functions: [FunctionKey: FunctionProto]
  private let limits: ImportLimits
  private let openInputs: Set<String>
  private var graph: Graph
  private var diagnostics: [Diagnostic] = []
  private var nodeCount = 0

  /// Imports a model.
  ///
  /// - Parameter openInputs: inputs that stay inputs though the model has an initial value for them. Any other such
  ///   input becomes a constant.
  public static func graph(
    of model: Model, openInputs: Set<String> = [], limits: ImportLimits = ImportLimits()
  ) -> Result {
    var importer = Importer(model, openInputs: openInputs, limits: limits)
    importer.run()
    return Result(graph: importer.graph, diagnostics: importer.diagnostics)
  }

  private init(_ model: Model, openInputs: Set<String>, limits: ImportLimits) {
    self.model = model
    self.openInputs = openInputs
    self.limits = limits
    graph = Graph(name: model.graph?.name ?? "")
    functions = Dictionary(
      model.functions.map { (FunctionKey($0.domain, $0.name, $0.overload), $0) },
      uniquingKeysWith: { first, _ in first })
  }

  private mutating func run() {
    guard let main = model.graph else {
      report(Diagnostic(.error, .malformed, "the model has no graph"))
      return
    }
    checkHeader()
    var scope = Scope(opsets: opsets(model.opsetImport), path: main.name ?? "")
    do throws(Diagnostic) {
      try importGraph(main, into: graph.main, &scope)
    } catch {
      report(error)
    }
  }

  private mutating func report(_ diagnostic: Diagnostic) { diagnostics.append(diagnostic) }

  // MARK: Header

  private static let newestFormat = 14

  private mutating func checkHeader() {
    guard let version = model.irVersion, version >= 1 else {
      report(Diagnostic(.error, .malformed, "the model does not say the version of its format (ir_version)"))
      return
    }
    if version > Self.newestFormat {
      report(
        Diagnostic(
          .error, .unsupported,
          "the model's format is version \(version); Onramp knows versions up to "
            + "\(Self.newestFormat)", help: "write the model with an older version of ONNX"))
    }
    if version >= 3 && model.opsetImport.isEmpty {
      report(Diagnostic(.error, .malformed, "the model does not say which operator sets it uses (opset_import)"))
    }
    for set in model.opsetImport {
      let domain = OperatorName("", domain: set.domain ?? "").domain
      let newest = SchemaRegistry.latestOpset(domain: domain)
      if newest > 0, let version = set.version, version > newest || version < 1 {
        report(
          Diagnostic(
            .error, .unsupported,
            "the model uses version \(version) of the operator set "
              + "\"\(domain.isEmpty ? "ai.onnx" : domain)\"; versions 1 to \(newest) are known"))
      }
    }
  }

  private func opsets(_ imports: [OperatorSetIdProto]) -> [String: Int] {
    var opsets: [String: Int] = [:]
    // Before version 3 of the format there was only one operator set.
    if imports.isEmpty { opsets[""] = 1 }
    for set in imports { opsets[OperatorName("", domain: set.domain ?? "").domain] = set.version ?? 1 }
    return opsets
  }

  // MARK: Graphs

  /// What names mean at one place of the model.
  private struct Scope {
    var opsets: [String: Int]
    /// For messages.
    var path: String
    var values: [String: ValueID] = [:]
    /// Inside a function: the call's attributes, by name.
    var attributes: [String: AttributeProto] = [:]
    var isFunction = false
    var depth = 0
  }

  private mutating func importGraph(
    _ proto: GraphProto, into region: RegionID, _ scope: inout Scope
  ) throws(Diagnostic) {
    guard scope.depth <= limits.depth else {
      throw Diagnostic(.error, .limit, "graphs are nested more than \(limits.depth) deep")
    }
    let initial = Set(proto.initializer.compactMap(\.name) + proto.sparseInitializer.compactMap { $0.values?.name })
    let inputs = Set(proto.input.compactMap(\.name))
    for input in proto.input {
      let name = input.name ?? ""
      if initial.contains(name) && !openInputs.contains(name) { continue }
      let type = input.type.flatMap(ValueType.init)
      if type == nil && region == graph.main {
        report(Diagnostic(.error, .type, "input \"\(name)\" has no type"))
      }
      define(name, addInput(name, type, region), &scope)
    }
    for tensor in proto.initializer {
      guard let name = tensor.name, !(openInputs.contains(name) && inputs.contains(name)) else { continue }
      do throws(Diagnostic) {
        define(name, graph.addConstant(try tensor.tensor(external: model.externalData), name: name), &scope)
      } catch {
        report(error)
      }
    }
    for sparse in proto.sparseInitializer {
      do throws(Diagnostic) {
        let tensor = try sparse.dense(externalData: model.externalData)
        define(sparse.values?.name ?? "", graph.addConstant(tensor, name: sparse.values?.name ?? ""), &scope)
      } catch {
        report(error)
      }
    }
    for (index, node) in proto.node.enumerated() { try importNode(node, index, into: region, &scope) }
    for output in proto.output {
      let name = output.name ?? ""
      guard let value = scope.values[name] else {
        report(
          Diagnostic(.error, .malformed, "output \"\(name)\" of graph \"\(scope.path)\" is made by no node"))
        continue
      }
      checkOutput(name, value, output.type.flatMap(ValueType.init))
      graph.addOutput(name, value, to: region)
    }
  }

  private mutating func addInput(_ name: String, _ type: ValueType?, _ region: RegionID) -> ValueID {
    let resolved = type.map { graph.resolvingLocals(in: [$0])[0] }
    return graph.addInput(name, resolved, to: region)
  }

  private mutating func define(_ name: String, _ value: ValueID, _ scope: inout Scope) {
    guard !name.isEmpty else { return }
    if scope.values.updateValue(value, forKey: name) != nil && scope.depth == 0 {
      report(Diagnostic(.error, .malformed, "two values of graph \"\(scope.path)\" are named \"\(name)\""))
    }
  }

  /// Compares an output's declared type with the inferred one; takes the declared one where none was inferred.
  private mutating func checkOutput(_ name: String, _ value: ValueID, _ declared: ValueType?) {
    guard let declared else { return }
    guard let inferred = graph[value].type else {
      graph[value].type = graph.resolvingLocals(in: [declared])[0]
      return
    }
    if inferred.schemaName != declared.schemaName {
      report(
        Diagnostic(
          .error, .type, "output \"\(name)\" is declared \(declared.schemaName) but is \(inferred.schemaName)"))
    } else if let a = inferred.tensor?.shape, let b = declared.tensor?.shape,
      a.count != b.count || zip(a, b).contains(where: { $0.value != nil && $1.value != nil && $0 != $1 })
    {
      report(
        Diagnostic(
          .warning, .shape, "output \"\(name)\" is declared \(declared) but is \(inferred)",
          help: "the declared shape is ignored"))
    }
  }

  // MARK: Nodes

  private mutating func importNode(
    _ proto: NodeProto, _ index: Int, into region: RegionID, _ scope: inout Scope
  ) throws(Diagnostic) {
    nodeCount += 1
    guard nodeCount <= limits.nodes else {
      throw Diagnostic(.error, .limit, "the model has more than \(limits.nodes) nodes once functions are inlined")
    }
    let op = OperatorName(proto.opType ?? "", domain: proto.domain ?? "")
    let place = Provenance(
      graph: scope.path, index: index, name: proto.name ?? "", operatorName: op.description,
      version: scope.opsets[op.domain])
    do throws(Diagnostic) {
      var operands: [ValueID?] = []
      for name in proto.input { operands.append(try operand(name, scope)) }
      if let function = functions[FunctionKey(proto.domain, proto.opType, proto.overload)] {
        try inline(function, proto, operands, place, into: region, &scope)
      } else if op == OperatorName("Constant") {
        try importConstant(proto, place, &scope)
      } else {
        try importCall(proto, op, operands, place, into: region, &scope)
      }
    } catch {
      // A limit ends the import; anything else is said, and the rest of the model looked at as well.
      if error.code == .limit { throw error }
      report(error.located(place))
      defineUnknown(proto, op, place, into: region, &scope)
    }
  }

  private func operand(_ name: String, _ scope: Scope) throws(Diagnostic) -> ValueID? {
    if name.isEmpty { return nil }
    guard let value = scope.values[name] else {
      throw Diagnostic(
        .error, .malformed, "input \"\(name)\" is made by no earlier node",
        help: "nodes must stand after those whose results they use")
    }
    return value
  }

  /// Stands in for a node that could not be imported, so that those after it find its results.
  private mutating func defineUnknown(
    _ proto: NodeProto, _ op: OperatorName, _ place: Provenance, into region: RegionID, _ scope: inout Scope
  ) {
    let missing = proto.output.filter { !$0.isEmpty && scope.values[$0] == nil }
    guard !missing.isEmpty else { return }
    let node = graph.addNode(op, [], results: missing, provenance: place, in: region)
    for (name, value) in zip(missing, graph[node].results) { define(name, value, &scope) }
  }

  private mutating func importConstant(
    _ proto: NodeProto, _ place: Provenance, _ scope: inout Scope
  ) throws(Diagnostic) {
    let given = proto.attribute.filter { $0.name?.hasPrefix("value") == true || $0.name == "sparse_value" }
    guard given.count == 1, let attribute = given.first, let name = proto.output.first else {
      throw .attribute("Constant must have exactly one value attribute and one output")
    }
    let bound = try bind(attribute, scope)
    let tensor: Tensor
    if let sparse = bound.sparseTensor {
      tensor = try sparse.dense(externalData: model.externalData)
    } else {
      tensor = try constantTensor(try value(of: bound, place, &scope))
    }
    define(name, graph.addConstant(tensor, name: name), &scope)
  }

  private func constantTensor(_ value: AttributeValue) throws(Diagnostic) -> Tensor {
    try unwrap { () throws(KernelError) in
      switch value {
      case .tensor(let tensor): return tensor
      case .int(let x): return try Tensor(scalar: Int64(x))
      case .float(let x): return try Tensor(scalar: x)
      case .string(let x): return try Tensor(scalar: x)
      case .ints(let x): return try Tensor(x.map { Int64($0) }, shape: [x.count])
      case .floats(let x): return try Tensor(x, shape: [x.count])
      case .strings(let x): return try Tensor(x, shape: [x.count])
      default: throw .invalid("the value of a Constant must be a tensor, a number or a string")
      }
    }
  }

  private mutating func importCall(
    _ proto: NodeProto, _ op: OperatorName, _ operands: [ValueID?], _ place: Provenance, into region: RegionID,
    _ scope: inout Scope
  ) throws(Diagnostic) {
    let isStandard = SchemaRegistry.latestOpset(domain: op.domain) > 0
    guard isStandard || OperatorRegistry.entry(op) != nil else {
      throw unknownOperator(op, proto)
    }
    var version = scope.opsets[op.domain] ?? 1
    let schema = SchemaRegistry.schema(op, opset: version)
    if isStandard {
      guard scope.opsets[op.domain] != nil else {
        throw Diagnostic(
          .error, .unknownOperator, "\(op) belongs to an operator set that the model does not import",
          help: "add \"\(op.domain)\" to opset_import")
      }
      guard let schema else { throw unknownOperator(op, proto, version: version) }
      version = schema.sinceVersion
      if schema.isDeprecated, OperatorRegistry.entry(op) == nil {
        throw Diagnostic(.error, .unsupported, "\(op) was withdrawn in version \(version) of its operator set")
      }
    }
    var attributes: [String: AttributeValue] = [:]
    for attribute in proto.attribute {
      let bound = try bind(attribute, scope)
      // An attribute that refers to one the function's caller left out is left out too.
      guard bound.refAttrName == nil else { continue }
      attributes[bound.name ?? ""] = try value(of: bound, place, &scope)
    }
    if let schema {
      let problems = SchemaCheck(schema).check(
        attributes: attributes, operands: operands.map { $0.flatMap { graph[$0].type } },
        present: operands.map { $0 != nil }, resultCount: proto.output.count)
      if let first = problems.first {
        for problem in problems.dropFirst() { report(problem.located(place)) }
        throw first
      }
    }
    if let naming = OperatorRegistry.definition(op) as? any NamingOp.Type {
      return try expand(naming, proto, operands, attributes, place, into: region, &scope)
    }
    var draft = NodeDraft(
      op: op, version: version, attributes: attributes, operands: operands, results: proto.output)
    while draft.operands.last == .some(nil) { draft.operands.removeLast() }
    try add(&draft, isStandard: isStandard, place, into: region)
    let node = graph[region].last
    for (name, value) in zip(draft.results, node.map { graph[$0].results } ?? []) { define(name, value, &scope) }
    for (name, value) in draft.givenResults {
      graph.rename(value, to: name)
      define(name, value, &scope)
    }
    if OperatorRegistry.entry(draft.op) == nil {
      report(.unsupported("Onramp does not have the operator \(draft.op) yet").located(place))
    } else if let node {
      try Inference.infer(node, in: &graph)
    }
  }

  /// Puts simpler nodes in the place of one whose attributes name values.
  private mutating func expand(
    _ definition: any NamingOp.Type, _ proto: NodeProto, _ operands: [ValueID?],
    _ attributes: [String: AttributeValue], _ place: Provenance, into region: RegionID, _ scope: inout Scope
  ) throws(Diagnostic) {
    let known = operands.map { operand in operand.flatMap { graph[$0].type }.map { OperatorCall.Operand(type: $0) } }
    let call = OperatorCall(
      op: definition.name, attributes: attributes, operands: known, resultCount: proto.output.count)
    let first = graph.nextNode
    var empty = Graph(name: "")
    swap(&empty, &graph)
    var builder = NodeBuilder(empty, in: region, operands: operands, provenance: place)
    defer { swap(&graph, &builder.graph) }
    let values = try definition.expand(call, scope.values, &builder)
    for (name, value) in zip(proto.output, values) where !name.isEmpty {
      let result = try builder.addNode(OperatorName("Identity"), [value], results: [name])[0]
      if scope.values.updateValue(result, forKey: name) != nil {
        throw Diagnostic(.error, .malformed, "two values of graph \"\(scope.path)\" are named \"\(name)\"")
      }
    }
    nodeCount += builder.graph.nodes(since: first).count
    guard nodeCount <= limits.nodes else {
      throw Diagnostic(.error, .limit, "the model has more than \(limits.nodes) nodes once \(call.op) is expanded")
    }
  }

  private mutating func add(
    _ draft: inout NodeDraft, isStandard: Bool, _ place: Provenance, into region: RegionID
  ) throws(Diagnostic) {
    if isStandard {
      var empty = Graph(name: "")
      swap(&empty, &graph)
      var builder = NodeBuilder(empty, in: region, operands: draft.operands, provenance: place)
      defer { swap(&graph, &builder.graph) }
      try VersionAdapters.upgrade(&draft, &builder)
    }
    _ = graph.addNode(
      draft.op, draft.operands, draft.attributes, results: draft.results, provenance: place, in: region)
  }

  private func unknownOperator(_ op: OperatorName, _ proto: NodeProto, version: Int? = nil) -> Diagnostic {
    var message = "\(op) is not an operator"
    if let version { message += " of version \(version) of its operator set" }
    var help: String?
    if let first = SchemaRegistry.versions(of: op).first, let version, version < first {
      help = "it came with version \(first); export the model with that version or a newer one"
    } else if SchemaRegistry.latestOpset(domain: op.domain) == 0 {
      message += " that Onramp knows"
      help = "an operator of a domain of your own can be defined as a function in the model"
    }
    return Diagnostic(.error, .unknownOperator, message, help: help)
  }

  // MARK: Attributes

  /// The attribute itself, or inside a function the one of the call that it refers to.
  private func bind(_ attribute: AttributeProto, _ scope: Scope) throws(Diagnostic) -> AttributeProto {
    guard let reference = attribute.refAttrName, !reference.isEmpty else { return attribute }
    guard scope.isFunction else {
      throw .attribute("attribute \"\(attribute.name ?? "")\" refers to \"\(reference)\" outside a function")
    }
    guard var bound = scope.attributes[reference] else { return attribute }
    bound.name = attribute.name
    return bound
  }

  private mutating func value(
    of attribute: AttributeProto, _ place: Provenance, _ scope: inout Scope
  ) throws(Diagnostic) -> AttributeValue {
    let name = attribute.name ?? ""
    func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
    switch attribute.inferredType {
    case .float: return .float(attribute.f ?? 0)
    case .int: return .int(attribute.i ?? 0)
    case .string: return .string(text(attribute.s ?? []))
    case .floats: return .floats(attribute.floats)
    case .ints: return .ints(attribute.ints)
    case .strings: return .strings(attribute.strings.map(text))
    case .tensor:
      guard let tensor = attribute.t else { break }
      return .tensor(try tensor.tensor(external: model.externalData))
    case .sparseTensor:
      guard let sparse = attribute.sparseTensor else { break }
      return .tensor(try sparse.dense(externalData: model.externalData))
    case .tensors:
      var tensors: [Tensor] = []
      for tensor in attribute.tensors { tensors.append(try tensor.tensor(external: model.externalData)) }
      return .tensors(tensors)
    case .typeProto:
      guard let type = attribute.tp.flatMap(ValueType.init) else { break }
      return .type(type)
    case .typeProtos:
      let types = attribute.typeProtos.compactMap(ValueType.init)
      guard types.count == attribute.typeProtos.count else { break }
      return .types(types)
    case .graph:
      guard let body = attribute.g else { break }
      return .region(try importBody(body, "\(place.name.isEmpty ? place.operatorName : place.name).\(name)", &scope))
    case .graphs:
      var regions: [RegionID] = []
      for (i, body) in attribute.graphs.enumerated() {
        regions.append(try importBody(body, "\(place.name).\(name)[\(i)]", &scope))
      }
      return .regions(regions)
    default: break
    }
    throw .attribute("attribute \"\(name)\" has no value of a known type")
  }

  private mutating func importBody(
    _ body: GraphProto, _ name: String, _ scope: inout Scope
  ) throws(Diagnostic) -> RegionID {
    var inner = scope
    inner.depth += 1
    inner.path += "/" + name
    let region = graph.addRegion()
    try importGraph(body, into: region, &inner)
    return region
  }

  // MARK: Functions

  private struct FunctionKey: Hashable {
    let op: OperatorName
    let overload: String

    init(_ domain: String?, _ name: String?, _ overload: String?) {
      op = OperatorName(name ?? "", domain: domain ?? "")
      self.overload = overload ?? ""
    }
  }

  private mutating func inline(
    _ function: FunctionProto, _ call: NodeProto, _ operands: [ValueID?], _ place: Provenance,
    into region: RegionID, _ scope: inout Scope
  ) throws(Diagnostic) {
    guard scope.depth < limits.depth else {
      throw Diagnostic(.error, .limit, "function \"\(function.name ?? "")\" calls itself, or calls nest too deep")
    }
    guard operands.count <= function.input.count, call.output.count <= function.output.count else {
      throw Diagnostic(
        .error, .arity,
        "function \"\(function.name ?? "")\" takes \(function.input.count) inputs and gives "
          + "\(function.output.count) outputs, not \(operands.count) and \(call.output.count)")
    }
    var inner = Scope(
      opsets: opsets(function.opsetImport),
      path: scope.path + "/" + (place.name.isEmpty ? place.operatorName : place.name))
    inner.depth = scope.depth + 1
    inner.isFunction = true
    for attribute in function.attributeProto { inner.attributes[attribute.name ?? ""] = attribute }
    for attribute in call.attribute {
      let bound = try bind(attribute, scope)
      if bound.refAttrName == nil || bound.refAttrName == "" { inner.attributes[bound.name ?? ""] = bound }
    }
    for (name, operand) in zip(function.input, operands) {
      if let operand { inner.values[name] = operand }
    }
    // An input that the call leaves out is absent wherever the body names it.
    let absent = Set(function.input.dropFirst(operands.count)).union(
      zip(function.input, operands).filter { $1 == nil }.map { $0.0 })
    for (index, node) in function.node.enumerated() {
      var node = node
      if !absent.isEmpty { node.input = node.input.map { absent.contains($0) ? "" : $0 } }
      try importNode(node, index, into: region, &inner)
    }
    for (formal, actual) in zip(function.output, call.output) where !actual.isEmpty {
      guard let value = inner.values[formal] else {
        throw Diagnostic(
          .error, .malformed, "output \"\(formal)\" of function \"\(function.name ?? "")\" is made by no node")
      }
      define(actual, value, &scope)
    }
  }
}

/// What the importer refuses to go beyond.
public struct ImportLimits: Sendable {
  /// How deep graphs and function calls may nest.
  public var depth = 64
  /// How many nodes there may be once functions are inlined.
  public var nodes = 4_000_000

  public init() {}
}
