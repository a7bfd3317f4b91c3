import Graph
import KernelRuntime

/// A convolution of each channel with its own kernel over what came before, of which the end is kept for the next call.
enum CausalConvWithStateOp: ExpandedOp {
  private enum Activation: String {
    case none, silu, swish
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    _ = try call.sameElementType(0...3)
    guard let x = try call.shape(0, rank: 3), let w = try call.shape(1, rank: 3) else {
      return [try call.type(0), try call.tensorType(like: 0, call.unknownShape(rank: 3))]
    }
    _ = try call.unify(x[1], w[0], "the channels of the input and of the weights")
    _ = try call.unify(w[1], 1, "the weights' second extent and 1")
    if let width = w[2].value, width < 1 { throw .shape("the kernel of \(name) is empty") }
    let state = [x[0], x[1], w[2] - 1]
    if call.has(3), let past = try call.shape(3, rank: 3) {
      for d in 0..<3 { _ = try call.unify(past[d], state[d], "extents of the past state on axis \(d)") }
    }
    return [try call.type(0), try call.tensorType(like: 0, state)]
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    guard let shape = try call.shape(1, rank: 3), let channels = shape[0].value, let width = shape[2].value else {
      throw .unsupported("\(name) with weights of unknown shape")
    }
    let x = try builder.required(0)
    let whole: ValueID
    if let past = builder.operand(3) {
      whole = try builder.add("Concat", [past, x], ["axis": .int(2)])
    } else {
      whole = try builder.add("Pad", [x, builder.constant([width - 1, 0]), nil, builder.constant([2])])
    }
    var output = try builder.add(
      "Conv", [whole, builder.operand(1), builder.operand(2)], ["group": .int(channels)])
    if try call.choice("activation", of: Activation.self) != .none { output = try builder.add("Swish", [output]) }
    let length = try builder.slice(builder.add("Shape", [whole]), 2..<3, axis: 0)
    let start = try builder.add("Sub", [length, builder.constant([width - 1])])
    return [output, try builder.add("Slice", [whole, start, length, builder.constant([2])])]
  }
}
