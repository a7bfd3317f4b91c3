/// Gated recurrent units: operands X, W, R, B, sequence lengths and the initial state, the last three optional;
/// results Y and Y_h. Gates are ordered update, reset, hidden.
public struct GRUKernel: Kernel {
  public var direction: RecurrentDirection
  /// For each direction those of the gates and of the hidden gate; empty for the defaults.
  public var activations: [String]
  public var activationAlpha: [Double]
  public var activationBeta: [Double]
  /// The greatest magnitude that enters an activation; nil for no limit.
  public var clip: Double?
  /// Nil to take it from the weights.
  public var hiddenSize: Int?
  /// Whether the batch is the first dimension; ONNX's `layout` = 1.
  public var isBatchFirst: Bool
  /// Whether the reset gate applies after the recurrent product, not before.
  public var linearBeforeReset: Bool

  public init(
    direction: RecurrentDirection = .forward, activations: [String] = [], activationAlpha: [Double] = [],
    activationBeta: [Double] = [], clip: Double? = nil, hiddenSize: Int? = nil, isBatchFirst: Bool = false,
    linearBeforeReset: Bool = false
  ) {
    self.direction = direction
    self.activations = activations
    self.activationAlpha = activationAlpha
    self.activationBeta = activationBeta
    self.clip = clip
    self.hiddenSize = hiddenSize
    self.isBatchFirst = isBatchFirst
    self.linearBeforeReset = linearBeforeReset
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    if let prepared = try preparedOnFloats(operands, options: options) { return prepared }
    let plan = try RecurrentPlan(
      operands, gates: 3, direction: direction, activations: activations, defaults: ["Sigmoid", "Tanh"],
      alpha: activationAlpha, beta: activationBeta, clip: clip, hiddenSize: hiddenSize, isBatchFirst: isBatchFirst)
    return try plan.prepare(
      try plan.results(cell: false),
      float: { [linearBeforeReset] (i: borrowing Invocation) throws(KernelError) in
        try Self.run(plan, i, Float.self, linearBeforeReset)
      },
      double: { [linearBeforeReset] (i: borrowing Invocation) throws(KernelError) in
        try Self.run(plan, i, Double.self, linearBeforeReset)
      })
  }

  private static func run<T: FloatElement & RealMath>(
    _ plan: RecurrentPlan, _ invocation: borrowing Invocation, _ type: T.Type, _ linearBeforeReset: Bool
  ) throws(KernelError) where T.Compute == T {
    let n = plan.hidden
    try plan.run(invocation, T.self, initialCell: nil, cell: nil) { direction, input, weights, bias, state, _, room in
      plan.addRecurrent(input, gates: 0..<2, state, weights, bias)
      plan.clipped(input, 2 * n)
      plan.activations[direction][0].apply(input, 2 * n)
      let (update, reset, hidden) = (input, input + n, input + 2 * n)
      if linearBeforeReset {
        room.update(repeating: T.zero, count: n)
        plan.addRecurrent(room, gates: 2..<3, state, weights, bias)
        for i in 0..<n { hidden[i] += reset[i] * room[i] }
      } else {
        for i in 0..<n { room[i] = reset[i] * state[i] }
        plan.addRecurrent(hidden, gates: 2..<3, room, weights, bias)
      }
      plan.clipped(hidden, n)
      plan.activations[direction][1].apply(hidden, n)
      for i in 0..<n { state[i] = (1 - update[i]) * hidden[i] + update[i] * state[i] }
    }
  }
}
