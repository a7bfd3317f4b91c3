import Graph
import KernelRuntime

/// The transpose of a convolution.
enum ConvTransposeOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let type = try call.sameElementType(0...2)
    guard let x = try call.shape(0, minimumRank: 3) else { return [.tensor(TensorType(type, nil))] }
    return [.tensor(TensorType(type, try shape(x, call)))]
  }

  /// The shape of what a call, by weights as they are, makes of a tensor of shape `x`.
  static func shape(_ x: [Dimension], _ call: OperatorCall) throws(Diagnostic) -> [Dimension]? {
    guard let w = try call.shape(1, rank: x.count) else { return nil }
    let window = try WindowAttributes(call)
    let kernel = try call.windowExtents(Array(w[2...]), window)
    let group = try call.int("group")
    guard group > 0 else { throw .attribute("group of ConvTranspose is \(group)") }
    _ = try call.unify(x[1], w[0], "the channels of the input and of the weights")
    let outputs = w[1] * Dimension(group)
    if call.has(2), let b = try call.shape(2, rank: 1) {
      _ = try call.unify(outputs, b[0], "the output channels of weights and bias")
    }
    return try [x[0], outputs] + extents(of: Array(x[2...]), kernel: kernel, window, call)
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel { try transposeKernel(call) }

  /// The kernel with the attributes of a transposed convolution, which its fused forms have as well.
  static func transposeKernel(_ call: OperatorCall) throws(Diagnostic) -> ConvTransposeKernel {
    let window = try WindowAttributes(call)
    return ConvTransposeKernel(
      autoPad: window.autoPad, dilations: window.dilations, group: try call.int("group"),
      kernelShape: window.kernelShape, outputPadding: try call.optionalInts("output_padding") ?? [],
      outputShape: try call.optionalInts("output_shape") ?? [], pads: window.pads, strides: window.strides)
  }

  private static func extents(
    of input: [Dimension], kernel: [Dimension], _ window: WindowAttributes, _ call: OperatorCall
  ) throws(Diagnostic) -> [Dimension] {
    let extra = try call.optionalInts("output_padding") ?? []
    let wanted = try call.optionalInts("output_shape") ?? []
    // With something large for what is not known the kernel's own rule still checks the attributes.
    let geometry = try unwrap { () throws(KernelError) in
      try ConvTransposeKernel.geometry(
        input: input.map { $0.value ?? 1 << 20 }, kernel: kernel.map { $0.value ?? 1 << 20 }, strides: window.strides,
        dilations: window.dilations, pads: window.pads, outputPadding: extra, outputShape: wanted,
        autoPad: window.autoPad)
    }
    let rank = input.count
    return (0..<rank).map { (d: Int) -> Dimension in
      if !wanted.isEmpty || (input[d].value != nil && kernel[d].value != nil) { return Dimension(geometry.output[d]) }
      let stride = Dimension(geometry.strides[d])
      if window.autoPad == .sameUpper || window.autoPad == .sameLower { return input[d] * stride }
      let reach = (kernel[d] - 1) * Dimension(geometry.dilations[d]) + 1
      let isPadded = !window.pads.isEmpty && window.autoPad == .notSet
      let pads = isPadded ? Dimension(window.pads[d]) + Dimension(window.pads[rank + d]) : 0
      return (input[d] - 1) * stride + reach + Dimension(extra.isEmpty ? 0 : extra[d]) - pads
    }
  }
}
