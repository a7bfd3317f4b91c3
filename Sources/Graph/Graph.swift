import KernelRuntime

/// A model's computation: nodes that make values out of values, in regions.
///
/// A value type: a copy is independent, and copying costs nothing until one of the two changes. All ids stay valid
/// until what they name is removed. Uses are kept by the methods that change operands and outputs; nothing else can.
public struct Graph: Sendable {
  var nodeRecords: [Node?] = []
  var valueRecords: [Value?] = []
  var regionRecords: [Region?] = []
  /// The names in use; each value's is its own.
  var names: Set<String> = []
  var nextName: [String: Int] = [:]
  var nextSymbol = 0

  /// The outermost region.
  public let main: RegionID

  /// The graph's name.
  public var name: String

  public init(name: String) {
    self.name = name
    main = RegionID(index: 0)
    regionRecords.append(Region(owner: nil))
  }
}

/// One operator call.
public struct Node: Sendable {
  public var op: OperatorName
  public var attributes: [String: AttributeValue]
  /// Absent optional operands are nil.
  public internal(set) var operands: [ValueID?]
  public internal(set) var results: [ValueID]
  public internal(set) var region: RegionID
  /// Where in the original model this node, or the one it was rewritten from, stands.
  public var provenance: Provenance
  var previous: NodeID?
  public internal(set) var next: NodeID?

  /// The nested regions, in the order of their attributes' names.
  public var regions: [RegionID] {
    if attributes.isEmpty { return [] }
    return attributes.sorted { $0.key < $1.key }.flatMap { (_, value) -> [RegionID] in
      switch value {
      case .region(let region): [region]
      case .regions(let regions): regions
      default: []
      }
    }
  }
}

/// One value: what it is called, what is known of it, who makes it, who uses it.
public struct Value: Sendable {
  public enum Definition: Sendable {
    case result(NodeID, index: Int)
    case input(RegionID, index: Int)
    case constant(Tensor)
  }

  public internal(set) var name: String
  public internal(set) var definition: Definition
  public internal(set) var uses: [Use] = []
  /// Nil until inferred.
  public var type: ValueType?
  /// What inference knows of the elements of a result or input.
  public var inferredElements: KnownElements?

  public var constant: Tensor? {
    if case .constant(let tensor) = definition { tensor } else { nil }
  }
  public var producer: NodeID? {
    if case .result(let node, _) = definition { node } else { nil }
  }
  /// What is known of the elements: all of them for a small constant.
  public var elements: KnownElements? {
    guard let constant else { return inferredElements }
    return constant.count <= SymbolicTensor.maximalCount ? .tensor(constant) : nil
  }
}

/// The elements of a small tensor, known before the model runs.
public enum KnownElements: Sendable {
  case tensor(Tensor)
  case symbolic(SymbolicTensor)

  /// The elements of an integer tensor as dimensions, with the tensor's shape.
  public var dimensions: SymbolicTensor? {
    switch self {
    case .symbolic(let symbolic): symbolic
    case .tensor(let tensor):
      tensor.integers.map { SymbolicTensor(shape: tensor.shape, elements: $0.map { Dimension($0) }) }
    }
  }
}

/// A small integer tensor whose elements are dimensions, such as another tensor's shape.
public struct SymbolicTensor: Hashable, Sendable {
  public var shape: [Int]
  public var elements: [Dimension]

  public init(shape: [Int], elements: [Dimension]) {
    self.shape = shape
    self.elements = elements
  }

  /// Larger tensors are not followed.
  public static let maximalCount = 1024
}

/// A list of nodes with inputs and named outputs.
public struct Region: Sendable {
  /// The node whose body this is; nil for the main graph.
  public internal(set) var owner: NodeID?
  public internal(set) var inputs: [ValueID] = []
  public internal(set) var outputs: [Output] = []
  public internal(set) var first: NodeID?
  public internal(set) var last: NodeID?

  public struct Output: Hashable, Sendable {
    public var name: String
    public var value: ValueID
  }
}

extension Graph {
  /// The node of that id, which must not have been removed.
  public subscript(node: NodeID) -> Node {
    get {
      guard let record = nodeRecords[node.index] else { preconditionFailure("node \(node) was removed") }
      return record
    }
    _modify {
      precondition(nodeRecords[node.index] != nil, "node \(node) was removed")
      yield &nodeRecords[node.index]!
    }
  }

  /// The value of that id, which must not have been removed.
  public subscript(value: ValueID) -> Value {
    get {
      guard let record = valueRecords[value.index] else { preconditionFailure("value \(value) was removed") }
      return record
    }
    _modify {
      precondition(valueRecords[value.index] != nil, "value \(value) was removed")
      yield &valueRecords[value.index]!
    }
  }

  /// The region of that id, which must not have been removed.
  public subscript(region: RegionID) -> Region {
    get {
      guard let record = regionRecords[region.index] else { preconditionFailure("region \(region) was removed") }
      return record
    }
    _modify {
      precondition(regionRecords[region.index] != nil, "region \(region) was removed")
      yield &regionRecords[region.index]!
    }
  }

  /// Whether the node is still there.
  public func contains(_ node: NodeID) -> Bool {
    nodeRecords.indices.contains(node.index) && nodeRecords[node.index] != nil
  }

  public func contains(_ value: ValueID) -> Bool {
    valueRecords.indices.contains(value.index) && valueRecords[value.index] != nil
  }

  /// The value of that name, if there is one. Complexity: O(n).
  public func value(named name: String) -> ValueID? {
    guard names.contains(name) else { return nil }
    return valueRecords.indices.first { valueRecords[$0]?.name == name }.map { ValueID(index: $0) }
  }

  /// Whether a value is made by a node of the region itself.
  public func isResult(_ value: ValueID, in region: RegionID) -> Bool {
    guard let producer = self[value].producer else { return false }
    return self[producer].region == region
  }

  /// The nodes of one region in execution order. Complexity: O(n).
  public func nodes(in region: RegionID) -> [NodeID] {
    var list: [NodeID] = []
    var next = self[region].first
    while let node = next {
      list.append(node)
      next = self[node].next
    }
    return list
  }

  /// The nodes of a region and of all regions nested in it, each before its bodies' nodes. Complexity: O(n).
  public func allNodes(in region: RegionID? = nil) -> [NodeID] {
    var list: [NodeID] = []
    func visit(_ region: RegionID) {
      for node in nodes(in: region) {
        list.append(node)
        for nested in self[node].regions { visit(nested) }
      }
    }
    visit(region ?? main)
    return list
  }

  /// The values that a region uses from outside, in order of first use; the bodies nested in it included.
  public func captures(of region: RegionID) -> [ValueID] {
    var own = Set<ValueID>()
    var found: [ValueID] = []
    var seen = Set<ValueID>()
    func note(_ value: ValueID) {
      guard !own.contains(value), self[value].constant == nil, seen.insert(value).inserted else { return }
      found.append(value)
    }
    func visit(_ region: RegionID) {
      own.formUnion(self[region].inputs)
      for id in nodes(in: region) {
        let node = self[id]
        for case let operand? in node.operands { note(operand) }
        for nested in node.regions { visit(nested) }
        own.formUnion(node.results)
      }
      for output in self[region].outputs { note(output.value) }
    }
    visit(region)
    return found
  }
}

extension Graph {
  /// The id that the next node added will have; every node at or after it is newer than this call.
  public var nextNode: NodeID { NodeID(index: nodeRecords.count) }

  /// The nodes that were added at or after an id was the next and are still there, in the order of their adding.
  public func nodes(since first: NodeID) -> [NodeID] {
    nodeRecords.indices.dropFirst(first.index).map { NodeID(index: $0) }.filter { contains($0) }
  }
}
