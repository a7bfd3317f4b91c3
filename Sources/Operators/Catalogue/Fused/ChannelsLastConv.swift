import Graph
import KernelRuntime

/// A fused convolution of images laid out as (batch, height, width, channels), as its result is. The weights are laid
/// out as the standard's.
enum ChannelsLastConvOp: FusedOp {
  static var schema: OperatorSchema? { channelsLastConvSchema(name) }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    [.tensor(TensorType(try call.sameElementType(0...3), try call.channelsLastConvolvedShape()))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    ChannelsLastConvKernel(try FusedConvOp.convKernel(call))
  }

  /// The schema of convolutions of such images.
  static func channelsLastConvSchema(_ name: OperatorName) -> OperatorSchema? {
    OperatorSchema(
      name, inputs: [.one("X", "T"), .one("W", "T"), .optional("B", "T"), .optional("Z", "T")],
      outputs: [.one("Y", "T")], attributes: FusedConvOp.attributes, types: ["T": .tensors(.float)])
  }
}

extension OperatorCall {
  /// The shape of a convolution of images laid out as (batch, height, width, channels).
  func channelsLastConvolvedShape() throws(Diagnostic) -> [Dimension]? {
    let window = try WindowAttributes(self)
    guard let x = try shape(0, rank: 4), let w = try shape(1, rank: 4) else { return nil }
    _ = try unify(x[3], w[1] * Dimension(try int("group")), "the channels of the input and of the weights")
    let kernel = try windowExtents([w[2], w[3]], window)
    return try [x[0]] + window.places(on: [x[1], x[2]], kernel: kernel, self) + [w[0]]
  }
}
