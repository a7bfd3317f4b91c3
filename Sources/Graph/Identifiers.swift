/// A node of a graph. Never reused within one graph.
public struct NodeID: Hashable, Comparable, Sendable, CustomStringConvertible {
  let index: Int
  public var description: String { "#\(index)" }
  public static func < (a: Self, b: Self) -> Bool { a.index < b.index }
}

/// A value of a graph. Never reused within one graph.
public struct ValueID: Hashable, Comparable, Sendable, CustomStringConvertible {
  let index: Int
  public var description: String { "%\(index)" }
  public static func < (a: Self, b: Self) -> Bool { a.index < b.index }
}

/// A list of nodes with inputs and outputs: the main graph, or the body of a control-flow node.
public struct RegionID: Hashable, Comparable, Sendable, CustomStringConvertible {
  let index: Int
  public var description: String { "@\(index)" }
  public static func < (a: Self, b: Self) -> Bool { a.index < b.index }
}

/// A place that a value is used at.
public enum Use: Hashable, Sendable {
  /// Operand `index` of a node.
  case operand(NodeID, index: Int)
  /// Output `index` of a region.
  case output(RegionID, index: Int)
}
