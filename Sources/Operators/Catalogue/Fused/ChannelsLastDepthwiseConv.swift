import Graph
import KernelRuntime

/// A depthwise convolution, one filter a channel, of images or sequences with channels last; then limits and an activation
/// apply. The weights are as Conv has them.
enum ChannelsLastDepthwiseConvOp: FusedOp {
  static var schema: OperatorSchema? {
    OperatorSchema(
      name, inputs: [.one("X", "T"), .one("W", "T"), .optional("B", "T")], outputs: [.one("Y", "T")],
      attributes: FusedConvOp.attributes, types: ["T": .tensors(.float)])
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let type = try call.sameElementType(0...2)
    guard let w = try call.shape(1, minimumRank: 3) else { return [.tensor(TensorType(type, nil))] }
    if let x = try call.shape(0, rank: w.count) {
      _ = try call.unify(x[w.count - 1], w[0], "the channels of the input and of the weights")
    }
    if call.has(2), let b = try call.shape(2, rank: 1) {
      _ = try call.unify(w[0], b[0], "the channels of weights and bias")
    }
    let kernel = try call.windowExtents(Array(w[2...]), WindowAttributes(call))
    return [.tensor(TensorType(type, try call.channelsLastShape(kernel: kernel)))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    ChannelsLastDepthwiseConvKernel(try FusedConvOp.convKernel(call))
  }
}
