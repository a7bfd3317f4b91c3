import Graph
import KernelRuntime

/// A cache with an update written into it along an axis, for each sample from an index of its own on.
enum TensorScatterOp: ExpandedOp {
  private enum Mode: String { case linear, circular }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    if let past = try call.shape(0, minimumRank: 2), let update = try call.shape(1, rank: past.count) {
      let axis = try axis(call, rank: past.count)
      for d in past.indices where d != axis { _ = try call.unify(past[d], update[d], "extents on axis \(d)") }
      if let room = past[axis].value, let length = update[axis].value, length > room {
        throw .shape("an update of \(length) does not fit into the \(room) of TensorScatter's cache")
      }
    }
    return [.tensor(TensorType(try call.sameElementType(0...1), try call.shape(0)))]
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    guard let rank = try call.tensor(0).rank, builder.operands.count >= 2 else { return nil }
    let (past, update) = (builder.operands[0], builder.operands[1])
    let axis = try axis(call, rank: rank)
    // For each element of the update its index along the axis.
    let shape = try builder.add("Shape", [update])
    let at = try builder.constant(scalar: axis)
    let length = try builder.add("Gather", [shape, at])
    let range = try builder.add("Range", [builder.constant(scalar: 0), length, builder.constant(scalar: 1)])
    var indices = try builder.add("Unsqueeze", [range, builder.constant(Array(1..<(rank - axis)))])
    if call.has(2) {
      let starts = try builder.add("Unsqueeze", [builder.operands[2], builder.constant(Array(1..<rank))])
      indices = try builder.add("Add", [indices, starts])
    }
    if try call.choice("mode", of: Mode.self) == .circular {
      let room = try builder.add("Gather", [builder.add("Shape", [past]), at])
      indices = try builder.add("Mod", [indices, room])
    }
    let all = try builder.add("Expand", [indices, shape])
    return [try builder.add("ScatterElements", [past, all, update], ["axis": .int(axis)])]
  }

  private static func axis(_ call: OperatorCall, rank: Int) throws(Diagnostic) -> Int {
    let axis = try call.axis(call.int("axis"), rank: rank)
    guard axis > 0 else { throw .attribute("axis of TensorScatter is the batch's") }
    return axis
  }
}
