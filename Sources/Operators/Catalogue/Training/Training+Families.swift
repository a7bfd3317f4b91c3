import Graph
import KernelRuntime

/// An optimizer of ai.onnx.preview.training: one step for any number of tensors.
///
/// The operands are the learning rate, the count of steps before, and then all tensors, all their gradients, and all of
/// each kind of state; the results all new tensors and all new states.
protocol OptimizerOp: ExpandedOp {
  /// How many kinds of state there are.
  static var stateCount: Int { get }
  /// The new tensor and states of one of the tensors.
  static func step(
    _ x: ValueID, gradient: ValueID, states: [ValueID], _ call: OperatorCall, _ type: ElementType,
    _ builder: inout NodeBuilder
  ) throws(Diagnostic) -> [ValueID]
}

extension OptimizerOp {
  static var domain: String { "ai.onnx.preview.training" }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let count = try tensorCount(call)
    var types: [ValueType] = []
    for kind in 0...stateCount {
      // Behind the tensors come their gradients, which are no results.
      let first = 2 + (kind == 0 ? 0 : kind + 1) * count
      for i in first..<first + count { types.append(try call.type(i)) }
    }
    return types
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    let count = try tensorCount(call)
    var results: [[ValueID]] = []
    for i in 0..<count {
      var own: [ValueID] = []
      for kind in 0..<stateCount + 2 { own.append(try builder.required(2 + kind * count + i)) }
      let type = try call.elementType(2 + i)
      results.append(try step(own[0], gradient: own[1], states: Array(own[2...]), call, type, &builder))
    }
    return (0...stateCount).flatMap { kind in results.map { $0[kind] } }
  }

  private static func tensorCount(_ call: OperatorCall) throws(Diagnostic) -> Int {
    let count = call.operands.count - 2
    guard count > 0, count % (stateCount + 2) == 0 else {
      throw Diagnostic(.error, .arity, "\(name) takes \(stateCount + 2) inputs for each tensor behind its first two")
    }
    return count / (stateCount + 2)
  }
}

extension NodeBuilder {
  /// A gradient plus that of a penalty on the tensor's square.
  mutating func regularized(
    _ gradient: ValueID, _ x: ValueID, _ call: OperatorCall, _ type: ElementType
  ) throws(Diagnostic) -> ValueID {
    try sum(scaled(x, by: call.float("norm_coefficient"), type), gradient)
  }

  /// A share of one value and of another, summed.
  mutating func blend(
    _ a: ValueID, _ share: Float, _ b: ValueID, _ other: Float, _ type: ElementType
  ) throws(Diagnostic) -> ValueID {
    try sum(scaled(a, by: share, type), scaled(b, by: other, type))
  }

  /// Whether any step was made before this one.
  mutating func isLaterStep() throws(Diagnostic) -> ValueID {
    try add("Greater", [cast(required(1), to: .int64), constant(scalar: 0)])
  }
}
