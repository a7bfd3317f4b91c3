import CKernels

/// A convolution of floats over images, operand 0 laid out as (batch, height, width, channels), or over sequences
/// (batch, length, channels), as the result is. Operand 1 holds the weights as the standard lays them out: (output
/// channels, channels of a group, kernel...). Operand 2, one bias for each output channel, and operand 3, a tensor of the
/// result's shape to add, are optional; then limits and an activation apply.
///
/// A pixel's channels are neighbours, so that a window's rows are rows of a matrix and nothing is copied. A sequence is an
/// image of one row.
public struct ChannelsLastConvKernel: Kernel {
  /// The attributes, with what applies in the end.
  public var conv: ConvKernel

  public init(_ conv: ConvKernel) { self.conv = conv }

  /// The most elements that a window may have.
  public static let maximalWindow = Int(ONRAMP_CONV_TAPS)

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (plan, result) = try Self.plan(conv, operands)
    if let addend = try operands.optionalSpec(3) { try require(addend, has: result.shape, "operand 3") }
    if result.count == 0 { return Prepared([result]) { _ in } }
    if !options.exact, let winograd = try ChannelsLastWinograd(plan, conv, isDeciding: options.isDeciding),
      let prepared = try winograd.prepare(operands, result)
    {
      return prepared
    }
    let windows = try WindowProduct(plan, conv, operands)
    let hasAddend = operands.has(3)
    var prepared = Prepared([result], scratchBytes: windows.byteCount) { invocation in
      let factors = windows.factors(invocation, room: invocation.scratch)
      let addend = hasAddend ? invocation.operand(3, as: Float.self) : nil
      windows.run(
        factors, to: invocation.result(0), pitch: invocation.pitch ?? plan.outputs, add: addend,
        threads: invocation.threads)
    }
    prepared.takesPitch = !hasAddend
    return prepared
  }

  /// What a convolution of operand 0 by operand 1, with the bias of operand 2, makes.
  ///
  /// - Throws: when the operands do not fit.
  static func plan(_ conv: ConvKernel, _ operands: Operands) throws(KernelError) -> (ConvPlan, TensorSpec) {
    let (x, w) = (try operands.spec(0), try operands.spec(1))
    try require(w, is: x.type, "operand 1")
    guard x.type == .float else { throw .unsupported("a channels-last convolution of \(x.type.name)") }
    let plan = try ConvPlan(conv, channelsLast: x.shape, w.shape)
    if let bias = try operands.optionalSpec(2) {
      try require(bias, is: x.type, "the bias")
      try require(bias, has: [plan.outputs], "the bias")
    }
    let shape = [plan.batch] + plan.window.output.suffix(x.rank - 2) + [plan.outputs]
    return (plan, try TensorSpec.checked(x.type, shape))
  }
}

extension ConvPlan {
  /// A convolution of images laid out as (batch, height, width, channels), or of sequences (batch, length, channels),
  /// images of one row.
  init(_ kernel: ConvKernel, channelsLast x: [Int], _ w: [Int]) throws(KernelError) {
    guard x.count == 3 || x.count == 4, w.count == x.count else {
      throw .invalid("a channels-last convolution of shape \(x) with weights of shape \(w)")
    }
    let rank = x.count - 2
    var kernel = kernel
    kernel.kernelShape = kernel.kernelShape.overImages(rank: rank)
    kernel.strides = kernel.strides.overImages(rank: rank)
    kernel.dilations = kernel.dilations.overImages(rank: rank)
    kernel.pads = kernel.pads.padsOverImages(rank: rank)
    try self.init(kernel, x.channelsFirst, w[..<2] + Array(w[2...]).overImages(rank: rank))
  }

  /// Whether windows are single pixels, all of them in their order.
  var isPointwise: Bool {
    window.kernelCount == 1 && window.strides.allSatisfy { $0 == 1 } && window.output == window.input
      && window.padsBegin.allSatisfy { $0 == 0 }
  }
}

extension [Int] {
  /// The shape, with channels last, of images, or of sequences as images of one row, with channels first.
  var channelsFirst: [Int] { [self[0], self[count - 1]] + Array(self[1..<count - 1]).overImages(rank: count - 2) }
}
