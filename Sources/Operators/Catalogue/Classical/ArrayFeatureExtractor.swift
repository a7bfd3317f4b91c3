import Graph
import KernelRuntime

/// Elements chosen along the last axis.
enum ArrayFeatureExtractorOp: ClassicalOp, ExpandedOp {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    guard let x = try call.shape(0, minimumRank: 1) else { return [try call.tensorType(like: 0, nil)] }
    let count = try call.shape(1).map(call.count) ?? .local("count")
    return [try call.tensorType(like: 0, (x.count == 1 ? [1] : Array(x.dropLast())) + [count])]
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    guard let rank = try call.shape(0)?.count else { throw .unsupported("\(name) of a tensor of unknown rank") }
    let indices = try builder.add("Reshape", [builder.operand(1), builder.constant([-1])])
    let chosen = try builder.add("Gather", [builder.operand(0), indices], ["axis": .int(-1)])
    // A vector counts as a row.
    return [rank == 1 ? try builder.add("Unsqueeze", [chosen, builder.constant([0])]) : chosen]
  }
}
