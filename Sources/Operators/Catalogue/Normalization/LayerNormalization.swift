import Graph
import KernelRuntime

/// Elements normalized over the dimensions from an axis on, scaled and shifted; with the mean and the inverse standard
/// deviation of each group.
enum LayerNormalizationOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let statistics = try call.elementType("stash_type")
    guard let x = try call.shape(0) else {
      let unknown = ValueType.tensor(TensorType(statistics, nil))
      return [try call.type(0), unknown, unknown]
    }
    let axis = try call.axis(call.int("axis"), rank: x.count)
    for i in 1...2 where call.has(i) { try call.requireBroadcast(i, to: x) }
    let reduced = ValueType.tensor(
      TensorType(statistics, x[..<axis] + Array(repeating: 1, count: x.count - axis)))
    return [try call.type(0), reduced, reduced]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    let statistics = try call.elementType("stash_type")
    guard statistics == .float else {
      throw .unsupported("LayerNormalization with statistics of type \(statistics.name)")
    }
    return LayerNormalizationKernel(axis: try call.int("axis"), epsilon: Double(try call.float("epsilon")))
  }
}

extension LayerNormalizationOp {
  /// The kernel's statistics are floats, computed in double: other types are converted from them.
  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    let statistics = try call.elementType("stash_type")
    guard statistics != .float else { return nil }
    guard statistics.isFloatingPoint else {
      throw .attribute("stash_type of \(name) is \(statistics.name), no float type")
    }
    var attributes = call.attributes
    attributes["stash_type"] = .int(Int(ElementType.float.rawValue))
    var results = try builder.addNode(
      name, builder.operands, attributes, results: Array(repeating: "", count: call.resultCount))
    for i in results.indices.dropFirst() { results[i] = try builder.cast(results[i], to: statistics) }
    return results
  }
}

extension OperatorCall {
  /// Checks that operand `i` broadcasts to a shape without enlarging it.
  func requireBroadcast(_ i: Int, to shape: [Dimension]) throws(Diagnostic) {
    guard let given = try self.shape(i) else { return }
    guard given.count <= shape.count else {
      throw .shape("input \(i) of \(op) has \(given.count) dimensions and does not broadcast to \(shape.count)")
    }
    for (extent, whole) in zip(given.reversed(), shape.reversed()) where extent != 1 {
      _ = try unify(whole, extent, "extents of input \(i) and of what it broadcasts to")
    }
  }
}
