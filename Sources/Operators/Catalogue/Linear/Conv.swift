import Graph
import KernelRuntime

/// A convolution.
enum ConvOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    [.tensor(TensorType(try call.sameElementType(0...2), try call.convolvedShape(bias: 2)))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel { try convKernel(call) }

  /// The kernel with a convolution's attributes, which the quantized forms have as well.
  static func convKernel(_ call: OperatorCall) throws(Diagnostic) -> ConvKernel {
    let window = try WindowAttributes(call)
    return ConvKernel(
      autoPad: window.autoPad, dilations: window.dilations, group: try call.int("group"),
      kernelShape: window.kernelShape, pads: window.pads, strides: window.strides)
  }
}

extension OperatorCall {
  /// The shape of the convolution of operand 0 with another.
  ///
  /// - Parameters:
  ///   - weights: the operand that holds the weights.
  ///   - bias: the operand that holds the bias, if there is one.
  func convolvedShape(weights: Int = 1, bias: Int? = nil) throws(Diagnostic) -> [Dimension]? {
    let window = try WindowAttributes(self)
    guard let x = try shape(0, minimumRank: 3) else { return nil }
    guard let w = try shape(weights, rank: x.count) else {
      let kernel = try windowExtents((2..<x.count).map { .local("kernel\($0)") }, window)
      return try [x[0], .local("channels")] + window.places(on: Array(x[2...]), kernel: kernel, self)
    }
    let kernel = try windowExtents(Array(w[2...]), window)
    let group = try int("group")
    guard group > 0 else { throw .attribute("group of \(op) is \(group)") }
    _ = try unify(x[1], w[1] * Dimension(group), "the channels of the input and of the weights")
    if let outputs = w[0].value, outputs % group != 0 {
      throw .shape("\(outputs) output channels of \(op) do not divide into \(group) groups")
    }
    if let bias, has(bias), let b = try shape(bias, rank: 1) {
      _ = try unify(w[0], b[0], "the output channels of weights and bias")
    }
    return try [x[0], w[0]] + window.places(on: Array(x[2...]), kernel: kernel, self)
  }

  /// The window's extents from the weights and the attribute `kernel_shape`, which must agree.
  func windowExtents(_ weights: [Dimension], _ window: WindowAttributes) throws(Diagnostic) -> [Dimension] {
    if window.kernelShape.isEmpty { return weights }
    guard window.kernelShape.count == weights.count else {
      throw .attribute("kernel_shape of \(op) must be \(weights.count) numbers, not \(window.kernelShape.count)")
    }
    var kernel: [Dimension] = []
    for (extent, given) in zip(weights, window.kernelShape) {
      kernel.append(try unify(Dimension(given), extent, "kernel_shape and the weights' extents"))
    }
    return kernel
  }
}
