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
    let (x, weight) = (try builder.required(0), try builder.required(1))
    let shape = try call.shape(1, rank: 3)
    if let size = shape?[2].value, size < 1 { throw .shape("weights of \(name) of no extent") }
    let before: ValueID
    if let size = shape?[2].value {
      before = try builder.constant([size - 1])
    } else {
      let size = try builder.slice(builder.add("Shape", [weight]), 2..<3, axis: 0)
      before = try builder.add("Sub", [size, builder.constant([1])])
    }
    let padded: ValueID
    if call.has(3) {
      padded = try builder.add("Concat", [builder.required(3), x], ["axis": .int(2)])
    } else {
      let none = try builder.constant([0, 0])
      let pads = try builder.add("Concat", [none, before, none, builder.constant([0])], ["axis": .int(0)])
      padded = try builder.add("Pad", [x, pads])
    }
    var result: ValueID
    if let channels = shape?[0].value {
      let bias = call.has(2) ? try builder.required(2) : nil
      result = try builder.add("Conv", [padded, weight, bias], ["group": .int(channels)])
    } else {
      result = try builder.product(ofWindowsOf: padded, before: before, weight)
      if call.has(2) {
        result = try builder.add(
          "Add", [result, builder.add("Unsqueeze", [builder.required(2), builder.constant([1])])])
      }
    }
    if try call.choice("activation", of: Activation.self) != .none { result = try builder.add("Swish", [result]) }
    let length = try builder.slice(builder.add("Shape", [x]), 2..<3, axis: 0)
    let state = try builder.add(
      "Slice", [padded, length, builder.constant([Int(Int32.max)]), builder.constant([2])])
    return [result, state]
  }
}

extension NodeBuilder {
  /// A convolution of each channel of `(batch, channels, length)` with its own row of `(channels, 1, size)` that needs
  /// no extent to be known: what each place sees becomes a dimension, over which a matrix product adds up.
  ///
  /// - Parameter before: a tensor of one integer, the size less one.
  fileprivate mutating func product(
    ofWindowsOf x: ValueID, before: ValueID, _ weight: ValueID
  ) throws(Diagnostic) -> ValueID {
    let (zero, one) = (try constant(scalar: 0), try constant(scalar: 1))
    let front = try add("Squeeze", [before])
    let length = try add("Squeeze", [slice(add("Shape", [x]), 2..<3, axis: 0)])
    let places = try add("Range", [zero, add("Sub", [length, front]), one])
    let steps = try add("Range", [zero, add("Add", [front, one]), one])
    let indices = try add("Add", [add("Unsqueeze", [places, constant([1])]), steps])
    let windows = try add("Gather", [x, indices], ["axis": .int(2)])
    let columns = try add("Transpose", [weight], ["perm": .ints([0, 2, 1])])
    return try add("Squeeze", [add("MatMul", [windows, columns]), constant([3])])
  }
}
