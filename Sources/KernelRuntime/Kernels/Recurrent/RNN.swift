/// A simple recurrent network: operands X, W, R, B, sequence lengths and the initial state, the last three optional;
/// results Y and Y_h.
public struct RNNKernel: Kernel {
  public var direction: RecurrentDirection
  /// For each direction one; empty for the defaults.
  public var activations: [String]
  public var activationAlpha: [Double]
  public var activationBeta: [Double]
  /// The greatest magnitude that enters an activation; nil for no limit.
  public var clip: Double?
  /// Nil to take it from the weights.
  public var hiddenSize: Int?
  /// Whether the batch is the first dimension; ONNX's `layout` = 1.
  public var isBatchFirst: Bool

  public init(
    direction: RecurrentDirection = .forward, activations: [String] = [], activationAlpha: [Double] = [],
    activationBeta: [Double] = [], clip: Double? = nil, hiddenSize: Int? = nil, isBatchFirst: Bool = false
  ) {
    self.direction = direction
    self.activations = activations
    self.activationAlpha = activationAlpha
    self.activationBeta = activationBeta
    self.clip = clip
    self.hiddenSize = hiddenSize
    self.isBatchFirst = isBatchFirst
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    if let prepared = try preparedOnFloats(operands, options: options) { return prepared }
    let plan = try RecurrentPlan(
      operands, gates: 1, direction: direction, activations: activations, defaults: ["Tanh"],
      alpha: activationAlpha, beta: activationBeta, clip: clip, hiddenSize: hiddenSize, isBatchFirst: isBatchFirst)
    return try plan.prepare(
      try plan.results(cell: false),
      float: { (i: borrowing Invocation) throws(KernelError) in try Self.run(plan, i, Float.self) },
      double: { (i: borrowing Invocation) throws(KernelError) in try Self.run(plan, i, Double.self) })
  }

  private static func run<T: FloatElement & RealMath>(
    _ plan: RecurrentPlan, _ invocation: borrowing Invocation, _ type: T.Type
  ) throws(KernelError) where T.Compute == T {
    try plan.run(invocation, T.self, initialCell: nil, cell: nil) { direction, input, weights, bias, state, _, _ in
      plan.addRecurrent(input, gates: 0..<1, state, weights, bias)
      plan.clipped(input, plan.hidden)
      plan.activations[direction][0].apply(input, plan.hidden)
      state.update(from: input, count: plan.hidden)
    }
  }
}
