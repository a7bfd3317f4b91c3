import CKernels

/// Which way a recurrent operator runs through time.
public enum RecurrentDirection: String, Codable, Sendable {
  case forward, reverse, bidirectional

  var count: Int { self == .bidirectional ? 2 : 1 }
}

/// An activation of a recurrent operator with its parameters, where it has any.
struct Activation: Sendable {
  private let function: UnaryFunction?
  private let alpha: Double
  private let beta: Double

  /// - Parameter name: as ONNX writes it, in any case.
  init(_ name: String, alpha: Double?, beta: Double?) throws(KernelError) {
    var defaults = (0.0, 0.0)
    switch name.lowercased() {
    case "relu": function = .relu
    case "tanh": function = .tanh
    case "sigmoid": function = .sigmoid
    case "affine":
      function = nil
      defaults = (1, 0)
    case "leakyrelu": (function, defaults) = (.leakyRelu, (0.01, 0))
    case "thresholdedrelu": (function, defaults) = (.thresholdedRelu, (1, 0))
    case "hardsigmoid": (function, defaults) = (.hardSigmoid, (0.2, 0.5))
    case "elu": (function, defaults) = (.elu, (1, 0))
    case "softsign": function = .softsign
    case "softplus": function = .softplus
    case "scaledtanh":
      // Tanh between two scalings.
      function = .tanh
      isScaledTanh = true
      defaults = (1, 1)
    default: throw .unsupported("the activation \(name)")
    }
    self.alpha = alpha ?? defaults.0
    self.beta = beta ?? defaults.1
  }

  private var isScaledTanh = false

  @inline(__always)
  func apply<C: RealMath & FloatElement>(_ x: UnsafeMutablePointer<C>, _ n: Int) {
    guard let function else {
      for i in 0..<n { x[i] = C(double: alpha) * x[i] + C(double: beta) }
      return
    }
    if isScaledTanh { for i in 0..<n { x[i] = C(double: beta) * x[i] } }
    if C.self == Float.self, let vectorized = function.vectorized {
      let x = UnsafeMutableRawPointer(x).assumingMemoryBound(to: Float.self)
      onramp_map(vectorized, Float(alpha), Float(beta), x, x, n)
    } else {
      applyReal(function, alpha, beta, UnsafePointer(x), x, n)
    }
    if isScaledTanh { for i in 0..<n { x[i] = C(double: alpha) * x[i] } }
  }
}

/// The attributes and extents that RNN, GRU and LSTM have in common.
struct RecurrentPlan: Sendable {
  let directions: Int
  let steps: Int
  let batch: Int
  let inputSize: Int
  let hidden: Int
  let gates: Int
  let clip: Double?
  let isBatchFirst: Bool
  let isReverse: Bool
  let type: ElementType
  /// For each direction, its activations.
  let activations: [[Activation]]
  let hasBias: Bool
  let hasLengths: Bool
  let hasInitial: Bool
  /// Weights of type float that are the same in every run, made ready once: each direction's input weights packed, and
  /// each direction's recurrent ones transposed.
  private var readyWeights: (input: Tensor, recurrent: Tensor)?

  init(
    _ operands: Operands, gates: Int, direction: RecurrentDirection, activations names: [String], defaults: [String],
    alpha: [Double], beta: [Double], clip: Double?, hiddenSize: Int?, isBatchFirst: Bool, packsWeights: Bool = true
  ) throws(KernelError) {
    let (x, w, r) = (try operands.spec(0), try operands.spec(1), try operands.spec(2))
    guard x.rank == 3, w.rank == 3, r.rank == 3 else { throw .invalid("operands 0 to 2 must have rank 3") }
    directions = direction.count
    steps = x.shape[isBatchFirst ? 1 : 0]
    batch = x.shape[isBatchFirst ? 0 : 1]
    inputSize = x.shape[2]
    hidden = r.shape[2]
    self.gates = gates
    self.clip = clip.flatMap { $0 > 0 ? $0 : nil }
    self.isBatchFirst = isBatchFirst
    isReverse = direction == .reverse
    type = x.type
    guard hiddenSize == nil || hiddenSize == hidden else {
      throw .invalid("weights of shape \(r.shape) for hidden size \(hiddenSize ?? 0)")
    }
    try require(w, has: [directions, gates * hidden, inputSize], "operand 1")
    try require(r, has: [directions, gates * hidden, hidden], "operand 2")
    for i in [1, 2, 3, 5, 6, 7] where operands.has(i) { try require(try operands.spec(i), is: type, "operand \(i)") }
    if let bias = try operands.optionalSpec(3) {
      try require(bias, has: [directions, 2 * gates * hidden], "operand 3")
    }
    if let lengths = try operands.optionalSpec(4) {
      try require(lengths, is: .int32, "operand 4")
      try require(lengths, has: [batch], "operand 4")
    }
    let state = isBatchFirst ? [batch, directions, hidden] : [directions, batch, hidden]
    for i in [5, 6] where operands.has(i) && (i == 5 || gates == 4) {
      try require(try operands.spec(i), has: state, "operand \(i)")
    }
    hasBias = operands.has(3)
    hasLengths = operands.has(4)
    hasInitial = operands.has(5)
    let list = names.isEmpty ? (0..<directions).flatMap { _ in defaults } : names
    guard list.count == directions * defaults.count else {
      throw .invalid("\(list.count) activations for \(directions) directions")
    }
    var (alphas, betas) = (alpha[...], beta[...])
    var all: [[Activation]] = []
    for d in 0..<directions {
      var some: [Activation] = []
      for i in 0..<defaults.count {
        let name = list[d * defaults.count + i]
        // Values belong to the activations that have parameters, in order.
        let lowered = name.lowercased()
        let takesAlpha = !["relu", "tanh", "sigmoid", "softsign", "softplus"].contains(lowered)
        let takesBeta = ["affine", "hardsigmoid", "scaledtanh"].contains(lowered)
        some.append(
          try Activation(
            name, alpha: takesAlpha ? alphas.popFirst() : nil, beta: takesBeta ? betas.popFirst() : nil))
      }
      all.append(some)
    }
    self.activations = all
    if packsWeights, type == .float, operands.list[1]?.constant != nil, operands.list[2]?.constant != nil {
      let share = inputProduct
      let (rows, hidden, inputSize) = (gates * hidden, hidden, inputSize)
      let blocks = (hidden + 31) / 32
      let input = try operands.packed(
        1, as: share.form(stride: inputSize, kStride: 1, count: directions),
        byteCount: directions * share.packedCount * 4
      ) { [directions] elements, address, threads in
        share.pack(
          count: directions, from: elements.assumingMemoryBound(to: Float.self),
          at: { $0 * rows * inputSize }, stride: inputSize, kStride: 1,
          to: address.assumingMemoryBound(to: Float.self), threads: threads)
      }
      let recurrent = try operands.packed(
        2, as: "\(directions) transposed from \(rows) × \(hidden)", byteCount: directions * rows * hidden * 4
      ) { [directions] elements, address, threads in
        nonisolated(unsafe) let from = elements.assumingMemoryBound(to: UInt32.self)
        nonisolated(unsafe) let to = address.assumingMemoryBound(to: UInt32.self)
        let transpose = { (range: Range<Int>) in
          for i in range {
            let (d, block) = i.quotientAndRemainder(dividingBy: blocks)
            let first = block * 32
            onramp_transpose_words(
              to + d * rows * hidden + first * rows, rows, from + d * rows * hidden + first, hidden,
              min(32, hidden - first), rows)
          }
        }
        guard let threads else { return transpose(0..<directions * blocks) }
        threads.forRanges(directions * blocks, grain: 1, transpose)
      }
      if let input, let recurrent { readyWeights = (input, recurrent) }
    }
  }

  private func packInputWeights(_ w: UnsafePointer<Float>, to: UnsafeMutablePointer<Float>, _ threads: ThreadPool?) {
    inputProduct.pack(
      count: 1, from: w, at: { _ in 0 }, stride: inputSize, kStride: 1, to: to, threads: threads)
  }

  private static func transpose<T: BitwiseCopyable>(
    _ from: UnsafePointer<T>, rows: Int, columns: Int, to: UnsafeMutablePointer<T>
  ) {
    for i in 0..<rows { for j in 0..<columns { to[j * rows + i] = from[i * columns + j] } }
  }

  /// Y, Y_h and, for an LSTM, Y_c.
  func results(cell: Bool) throws(KernelError) -> [TensorSpec] {
    let y = isBatchFirst ? [batch, steps, directions, hidden] : [steps, directions, batch, hidden]
    let state = TensorSpec(type, isBatchFirst ? [batch, directions, hidden] : [directions, batch, hidden])
    return [try .checked(type, y), state] + (cell ? [state] : [])
  }

  /// Checks the sequences' lengths, one for each batch.
  func check(_ lengths: UnsafePointer<Int32>) throws(KernelError) {
    for b in 0..<batch where lengths[b] < 0 || Int(lengths[b]) > steps {
      throw .invalid("sequence length \(lengths[b]) of \(steps) steps")
    }
  }

  /// Where a state vector lies.
  func stateOffset(_ direction: Int, _ b: Int) -> Int {
    (isBatchFirst ? b * directions + direction : direction * batch + b) * hidden
  }

  func outputOffset(_ step: Int, _ direction: Int, _ b: Int) -> Int {
    (isBatchFirst
      ? (b * steps + step) * directions + direction : (step * directions + direction) * batch + b) * hidden
  }

  /// The number of elements that `run` needs in its scratch memory.
  var scratchCount: Int { directions * directionScratchCount }

  /// Each direction's share, in whole cache lines.
  private var directionScratchCount: Int {
    let width = gates * hidden
    return alignedSize(steps * batch * width + transposedCount + 2 * hidden + width + packedCount)
  }

  /// The room for weights that differ from run to run: the recurrent ones transposed, the inputs' packed.
  private var transposedCount: Int { readyWeights == nil ? hidden * gates * hidden : 0 }
  private var packedCount: Int { readyWeights == nil ? inputProduct.packedCount : 0 }

  /// All inputs times all gates' weights.
  private var inputProduct: FloatProduct { FloatProduct(m: steps * batch, n: gates * hidden, k: inputSize) }

  /// Limits values to ±clip.
  @inline(__always)
  func clipped<C: RealMath>(_ x: UnsafeMutablePointer<C>, _ n: Int) {
    guard let clip else { return }
    let limit = C(double: clip)
    for i in 0..<n { x[i] = min(max(x[i], -limit), limit) }
  }

  /// Runs `step` through time for each direction and batch.
  ///
  /// - Parameters:
  ///   - scratch: `scratchCount` elements.
  ///   - cell: where the LSTM's cell states go.
  ///   - step: makes the new state from: the direction, the input's share of the gates (biases included), the
  ///     recurrent weights transposed (hidden rows of gates · hidden), the recurrent biases, the state, the cell and
  ///     room for as many values as gates.
  @inline(__always)
  func run<T: FloatElement & RealMath>(
    _ invocation: borrowing Invocation, _ type: T.Type, initialCell: UnsafePointer<T>?,
    cell finalCell: UnsafeMutablePointer<T>?,
    _ step: (
      _ direction: Int, _ input: UnsafeMutablePointer<T>, _ weights: UnsafePointer<T>, _ bias: UnsafePointer<T>?,
      _ state: UnsafeMutablePointer<T>, _ cell: UnsafeMutablePointer<T>, _ room: UnsafeMutablePointer<T>
    ) -> Void
  ) throws(KernelError) where T.Compute == T {
    nonisolated(unsafe) let x = invocation.operand(0, as: T.self)
    let y = invocation.wantedResult(0, as: T.self)
    let last = invocation.wantedResult(1, as: T.self)
    let width = gates * hidden
    let lengths = hasLengths ? invocation.operand(4, as: Int32.self) : nil
    if let lengths { try check(lengths) }
    // Directions do not meet before the end, so each may have a thread; inside, loops are shared out only where there
    // is one direction.
    invocation.threads.forEach(directions) { direction in
      nonisolated(unsafe) let inputs =
        invocation.scratch.assumingMemoryBound(to: T.self) + direction * directionScratchCount
      let transposed = inputs + steps * batch * width
      let state = transposed + transposedCount
      let cell = state + hidden
      let room = cell + hidden
      let bias = hasBias ? invocation.operand(3, as: T.self) + direction * 2 * width : nil
      nonisolated(unsafe) let inputBias = bias
      // The inputs' share of all gates of all steps is one matrix product.
      if T.self == Float.self {
        let share = inputProduct
        let room = UnsafeMutableRawPointer(room + width).assumingMemoryBound(to: Float.self)
        if readyWeights == nil {
          packInputWeights(invocation.operand(1) + direction * width * inputSize, to: room, invocation.threads)
        }
        let b =
          readyWeights.map {
            $0.input.address.assumingMemoryBound(to: Float.self) + direction * share.packedCount
          } ?? UnsafePointer(room)
        share.run(
          a: .dense(UnsafeRawPointer(x).assumingMemoryBound(to: Float.self), stride: inputSize), b: b,
          c: UnsafeMutableRawPointer(inputs).assumingMemoryBound(to: Float.self), ldc: width,
          columnBias: bias.map { UnsafeRawPointer($0).assumingMemoryBound(to: Float.self) },
          threads: invocation.threads)
      } else {
        nonisolated(unsafe) let weights = invocation.operand(1, as: T.self) + direction * width * inputSize
        invocation.threads.forRanges(steps * batch, grain: max(1, cheapGrain / max(1, width * inputSize))) { range in
          for i in range {
            let to = inputs + i * width
            for j in 0..<width {
              var sum = inputBias?[j] ?? T.zero
              let row = weights + j * inputSize
              for p in 0..<inputSize { sum += x[i * inputSize + p] * row[p] }
              to[j] = sum
            }
          }
        }
      }
      var recurrent = UnsafePointer(transposed)
      if let readyWeights {
        recurrent =
          readyWeights.recurrent.address.assumingMemoryBound(to: T.self) + direction * width * hidden
      } else {
        Self.transpose(
          invocation.operand(2) + direction * width * hidden, rows: width, columns: hidden, to: transposed)
      }
      let backward = isReverse || direction == 1
      for b in 0..<batch {
        for i in 0..<hidden {
          state[i] = hasInitial ? invocation.operand(5, as: T.self)[stateOffset(direction, b) + i] : T.zero
          cell[i] = initialCell?[stateOffset(direction, b) + i] ?? T.zero
        }
        let length = lengths.map { Int($0[b]) } ?? steps
        for s in 0..<steps {
          guard s < length else {
            if let y { (y + outputOffset(s, direction, b)).update(repeating: T.zero, count: hidden) }
            continue
          }
          let time = backward ? length - 1 - s : s
          let input = inputs + (isBatchFirst ? b * steps + time : time * batch + b) * width
          step(direction, input, recurrent, bias.map { $0 + width }, state, cell, room)
          if let y { (y + outputOffset(time, direction, b)).update(from: state, count: hidden) }
        }
        if let last { (last + stateOffset(direction, b)).update(from: state, count: hidden) }
        if let finalCell { (finalCell + stateOffset(direction, b)).update(from: cell, count: hidden) }
      }
    }
  }

  /// Adds a state's product with some gates' recurrent weights, and their biases.
  @inline(__always)
  func addRecurrent<C: RealMath>(
    _ to: UnsafeMutablePointer<C>, gates range: Range<Int>, _ state: UnsafePointer<C>, _ weights: UnsafePointer<C>,
    _ bias: UnsafePointer<C>?
  ) {
    let width = gates * hidden
    let first = range.lowerBound * hidden
    let n = range.count * hidden
    if let bias { for j in 0..<n { to[j] += bias[first + j] } }
    if C.self == Float.self {
      return onramp_add_row_product(
        UnsafeMutableRawPointer(to).assumingMemoryBound(to: Float.self), n,
        UnsafeRawPointer(state).assumingMemoryBound(to: Float.self), hidden,
        UnsafeRawPointer(weights + first).assumingMemoryBound(to: Float.self), width)
    }
    for p in 0..<hidden {
      let factor = state[p]
      let row = weights + p * width + first
      for j in 0..<n { to[j] += factor * row[j] }
    }
  }

  /// Prepares the same code for float and double; narrower floats have none of their own.
  func prepare(
    _ results: [TensorSpec],
    float: @escaping @Sendable (borrowing Invocation) throws(KernelError) -> Void,
    double: @escaping @Sendable (borrowing Invocation) throws(KernelError) -> Void
  ) throws(KernelError) -> Prepared {
    switch type {
    case .float: return Prepared(results, scratchBytes: scratchCount * 4, run: float)
    case .double: return Prepared(results, scratchBytes: scratchCount * 8, run: double)
    default: throw .unsupported("a recurrent network on \(type.name)")
    }
  }
}
