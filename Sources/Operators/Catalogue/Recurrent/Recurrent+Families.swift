import Graph
import KernelRuntime

/// A recurrent network of one layer.
protocol RecurrentOp: OperatorDefinition {
  /// How many gates the weights hold.
  static var gateCount: Int { get }
  /// Whether there is a cell state beside the hidden one.
  static var hasCell: Bool { get }
}

extension RecurrentOp {
  static var hasCell: Bool { false }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let direction: RecurrentDirection = try call.choice("direction")
    let directions: Dimension = direction == .bidirectional ? 2 : 1
    let isBatchFirst = try call.flag("layout")
    let x = try call.shape(0, rank: 3)
    let w = try call.shape(1, rank: 3)
    let r = try call.shape(2, rank: 3)
    var hidden = try call.optionalInt("hidden_size").map { Dimension($0) } ?? r?[2] ?? .local("hidden")
    if let r {
      hidden = try call.unify(hidden, r[2], "hidden_size and the recurrent weights' extent")
      _ = try call.unify(directions, r[0], "the directions and the recurrent weights' extent")
      _ = try call.unify(hidden * Dimension(gateCount), r[1], "the gates and the recurrent weights' extent")
    }
    if let w {
      _ = try call.unify(directions, w[0], "the directions and the weights' extent")
      _ = try call.unify(hidden * Dimension(gateCount), w[1], "the gates and the weights' extent")
      if let x { _ = try call.unify(x[2], w[2], "the inputs' and the weights' extents") }
    }
    let steps = x?[isBatchFirst ? 1 : 0] ?? .local("steps")
    let batch = x?[isBatchFirst ? 0 : 1] ?? .local("batch")
    let all = isBatchFirst ? [batch, steps, directions, hidden] : [steps, directions, batch, hidden]
    let last = isBatchFirst ? [batch, directions, hidden] : [directions, batch, hidden]
    let state = try call.tensorType(like: 0, last)
    return [try call.tensorType(like: 0, all), state] + (hasCell ? [state] : [])
  }
}

/// The attributes that RNN, GRU and LSTM share.
struct RecurrentAttributes {
  var direction: RecurrentDirection
  var activations: [String]
  var alpha: [Double]
  var beta: [Double]
  var clip: Double?
  var hiddenSize: Int?
  var isBatchFirst: Bool

  init(_ call: OperatorCall) throws(Diagnostic) {
    direction = try call.choice("direction")
    activations = try call.optionalStrings("activations") ?? []
    // The default of RNN lists both directions, whichever are used.
    if !call.has("activations") { activations = [] }
    alpha = (try call.optionalFloats("activation_alpha") ?? []).map(Double.init)
    beta = (try call.optionalFloats("activation_beta") ?? []).map(Double.init)
    clip = try call.optionalFloat("clip").map(Double.init)
    hiddenSize = try call.optionalInt("hidden_size")
    isBatchFirst = try call.flag("layout")
  }
}
