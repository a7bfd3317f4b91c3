/// Long short-term memory: operands X, W, R, B, sequence lengths, the initial state, the initial cell and the peephole
/// weights, all but the first three optional; results Y, Y_h and Y_c. Gates are ordered input, output, forget, cell.
public struct LSTMKernel: Kernel {
  public var direction: RecurrentDirection
  /// For each direction those of the gates, of the cell gate and of the output; empty for the defaults.
  public var activations: [String]
  public var activationAlpha: [Double]
  public var activationBeta: [Double]
  /// The greatest magnitude that enters an activation; nil for no limit.
  public var clip: Double?
  /// Nil to take it from the weights.
  public var hiddenSize: Int?
  /// Whether the batch is the first dimension; ONNX's `layout` = 1.
  public var isBatchFirst: Bool
  /// Whether the forget gate is one minus the input gate.
  public var inputForget: Bool

  public init(
    direction: RecurrentDirection = .forward, activations: [String] = [], activationAlpha: [Double] = [],
    activationBeta: [Double] = [], clip: Double? = nil, hiddenSize: Int? = nil, isBatchFirst: Bool = false,
    inputForget: Bool = false
  ) {
    self.direction = direction
    self.activations = activations
    self.activationAlpha = activationAlpha
    self.activationBeta = activationBeta
    self.clip = clip
    self.hiddenSize = hiddenSize
    self.isBatchFirst = isBatchFirst
    self.inputForget = inputForget
  }

  static let defaults = ["Sigmoid", "Tanh", "Tanh"]

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    if let prepared = try preparedOnFloats(operands, options: options) { return prepared }
    func plan(packsWeights: Bool) throws(KernelError) -> RecurrentPlan {
      try RecurrentPlan(
        operands, gates: 4, direction: direction, activations: activations, defaults: Self.defaults,
        alpha: activationAlpha, beta: activationBeta, clip: clip, hiddenSize: hiddenSize, isBatchFirst: isBatchFirst,
        packsWeights: packsWeights)
    }
    if !options.reference {
      let plan = try plan(packsWeights: false)
      if let prepared = try preparedBatch(plan, operands) { return prepared }
      if let prepared = try preparedSequence(plan, operands) { return prepared }
    }
    let plan = try plan(packsWeights: true)
    if let peepholes = try operands.optionalSpec(7) {
      try require(peepholes, has: [plan.directions, 3 * plan.hidden], "operand 7")
    }
    let (hasCell, hasPeepholes) = (operands.has(6), operands.has(7))
    return try plan.prepare(
      try plan.results(cell: true),
      float: { [inputForget] (i: borrowing Invocation) throws(KernelError) in
        try Self.run(plan, i, Float.self, inputForget, hasCell, hasPeepholes)
      },
      double: { [inputForget] (i: borrowing Invocation) throws(KernelError) in
        try Self.run(plan, i, Double.self, inputForget, hasCell, hasPeepholes)
      })
  }

  private static func run<T: FloatElement & RealMath>(
    _ plan: RecurrentPlan, _ invocation: borrowing Invocation, _ type: T.Type, _ inputForget: Bool, _ hasCell: Bool,
    _ hasPeepholes: Bool
  ) throws(KernelError) where T.Compute == T {
    let n = plan.hidden
    let initial = hasCell ? invocation.operand(6, as: T.self) : nil
    let peepholes = hasPeepholes ? invocation.operand(7, as: T.self) : nil
    try plan.run(invocation, T.self, initialCell: initial, cell: invocation.wantedResult(2, as: T.self)) {
      direction, gates, weights, bias, state, cell, room in
      let activations = plan.activations[direction]
      plan.addRecurrent(gates, gates: 0..<4, state, weights, bias)
      let (input, output, forget, candidate) = (gates, gates + n, gates + 2 * n, gates + 3 * n)
      // Peepholes are ordered input, output, forget; the output's sees the new cell.
      let peephole = peepholes.map { $0 + direction * 3 * n }
      if let peephole {
        for i in 0..<n {
          input[i] += peephole[i] * cell[i]
          forget[i] += peephole[2 * n + i] * cell[i]
        }
      }
      plan.clipped(input, n)
      plan.clipped(forget, 2 * n)
      activations[0].apply(input, n)
      if inputForget {
        for i in 0..<n { forget[i] = 1 - input[i] }
      } else {
        activations[0].apply(forget, n)
      }
      activations[1].apply(candidate, n)
      for i in 0..<n { cell[i] = forget[i] * cell[i] + input[i] * candidate[i] }
      if let peephole { for i in 0..<n { output[i] += peephole[n + i] * cell[i] } }
      plan.clipped(output, n)
      activations[0].apply(output, n)
      for i in 0..<n { room[i] = cell[i] }
      activations[2].apply(room, n)
      for i in 0..<n { state[i] = output[i] * room[i] }
    }
  }
}
