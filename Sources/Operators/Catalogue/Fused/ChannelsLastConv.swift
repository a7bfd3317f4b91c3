import Graph
import KernelRuntime

/// A fused convolution of images or sequences with channels last, as its result is. The weights are laid out as the
/// standard's.
enum ChannelsLastConvOp: FusedOp {
  static var schema: OperatorSchema? { FusedConvOp.schema(name) }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let type = try call.sameElementType(0...3)
    guard let x = try call.shape(0, minimumRank: 3), let w = try call.shape(1, rank: x.count) else {
      return [.tensor(TensorType(type, nil))]
    }
    let channels = w[1] * Dimension(try call.int("group"))
    _ = try call.unify(x[x.count - 1], channels, "the channels of the input and of the weights")
    var shape = try call.channelsLastShape(kernel: call.windowExtents(Array(w[2...]), WindowAttributes(call)))
    shape?[x.count - 1] = w[0]
    return [.tensor(TensorType(type, shape))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    ChannelsLastConvKernel(try FusedConvOp.convKernel(call))
  }
}
