import KernelRuntime

let threads = try! ThreadPool(threads: 2)

/// A generator that a printed seed repeats (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Small integers as floats, so that sums are exact in any order.
func smallFloats(_ shape: [Int], _ generator: inout SeededGenerator) throws -> Tensor {
  let count = shape.reduce(1, *)
  return try Tensor((0..<count).map { _ in Float(Int.random(in: -8...8, using: &generator)) }, shape: shape)
}

func floats(_ tensor: Tensor) -> [Float] { tensor.elements(as: Float.self) ?? [] }

/// A program of one call, which knows the operands at some places in advance, and the inputs that it needs besides.
func program(
  calling kernel: any Kernel, _ operands: [Tensor?], constants: Set<Int> = []
) -> (Program, inputs: [RuntimeValue]) {
  var program = Program()
  var inputs: [RuntimeValue] = []
  let slots = operands.enumerated().map { i, tensor in
    tensor.map { tensor in
      if constants.contains(i) { return program.constant(tensor) }
      inputs.append(.tensor(tensor))
      return program.input(tensor.spec)
    }
  }
  program.setOutputs(program.call(kernel, slots).compactMap { $0 })
  return (program, inputs)
}

/// The same elements with the dimensions in another order.
func permuted<T: Element>(_ tensor: Tensor, _ perm: [Int], as type: T.Type = Float.self) throws -> Tensor {
  let shape = perm.map { tensor.shape[$0] }
  var strides = [Int](repeating: 1, count: tensor.shape.count)
  for d in strides.indices.dropLast().reversed() { strides[d] = strides[d + 1] * tensor.shape[d + 1] }
  let from = tensor.elements(as: type) ?? []
  var index = [Int](repeating: 0, count: shape.count)
  var all: [T] = []
  for _ in 0..<from.count {
    all.append(from[zip(index, perm).reduce(0) { $0 + $1.0 * strides[$1.1] }])
    for d in index.indices.reversed() {
      index[d] += 1
      if index[d] < shape[d] { break }
      index[d] = 0
    }
  }
  return try Tensor(all, shape: shape)
}

/// An image (batch, channels, height, width) as (batch, height, width, channels), or a sequence (batch, channels, length) as
/// (batch, length, channels).
func channelsLast(_ tensor: Tensor) throws -> Tensor {
  try permuted(tensor, [0] + Array(2..<tensor.shape.count) + [1])
}
