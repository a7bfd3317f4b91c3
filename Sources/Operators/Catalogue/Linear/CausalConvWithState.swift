import Graph
import KernelRuntime

/// A convolution of each channel with what came before in a sequence, earlier calls included.
enum CausalConvWithStateOp: ExpandedOp {
  private enum Activation: String { case none, silu, swish }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    _ = try call.sameElementType(0...3)
    let x = try call.shape(0, rank: 3)
    let weight = try call.shape(1, rank: 3)
    if let x, let weight { _ = try call.unify(x[1], weight[0], "the channels of input and weights") }
    var state = [x?[0] ?? .local("batch"), x?[1] ?? .local("channels"), weight.map { $0[2] - 1 } ?? .local("state")]
    if call.has(3), let past = try call.shape(3, rank: 3) {
      for d in state.indices { state[d] = try call.unify(state[d], past[d], "extents of the state") }
    }
    return [.tensor(try call.tensor(0)), try call.tensorType(like: 0, state)]
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    let operands = builder.operands
    guard operands.count >= 2, let weight = try call.shape(1, rank: 3), let channels = weight[0].value,
      let size = weight[2].value, size >= 1
    else { return nil }
    let padded: ValueID
    if call.has(3) {
      padded = try builder.add("Concat", [operands[3], operands[0]], ["axis": .int(2)])
    } else {
      padded = try builder.add("Pad", [operands[0], builder.constant([0, 0, size - 1, 0, 0, 0])])
    }
    var result = try builder.add(
      "Conv", [padded, operands[1], call.has(2) ? operands[2] : nil], ["group": .int(channels)])
    if try call.choice("activation", of: Activation.self) != .none { result = try builder.add("Swish", [result]) }
    // A window of one element leaves no state, which a start of -0 would not say.
    let start = size > 1 ? 1 - size : Int(Int32.max)
    let state = try builder.add(
      "Slice",
      [padded, builder.constant([start]), builder.constant([Int(Int32.max)]), builder.constant([2])])
    return [result, state]
  }
}
