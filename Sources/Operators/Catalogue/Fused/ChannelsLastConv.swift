import Graph
import KernelRuntime

/// A fused convolution of images laid out as (batch, height, width, channels), as its result is. The weights are laid
/// out as the standard's.
enum ChannelsLastConvOp: FusedOp {
  static var schema: OperatorSchema? { FusedConvOp.schema(name) }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let type = try call.sameElementType(0...3)
    guard let x = try call.shape(0, rank: 4), let w = try call.shape(1, rank: 4) else {
      return [.tensor(TensorType(type, nil))]
    }
    _ = try call.unify(x[3], w[1] * Dimension(try call.int("group")), "the channels of the input and of the weights")
    var shape = try call.channelsLastShape(kernel: call.windowExtents(Array(w[2...]), WindowAttributes(call)))
    shape?[3] = w[0]
    return [.tensor(TensorType(type, shape))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    ChannelsLastConvKernel(try FusedConvOp.convKernel(call))
  }
}
