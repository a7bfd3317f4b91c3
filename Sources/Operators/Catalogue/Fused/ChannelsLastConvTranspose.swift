import Graph
import KernelRuntime

/// A fused transposed convolution of images or sequences with channels last, as its result is. The weights are laid out as
/// the standard's.
enum ChannelsLastConvTransposeOp: FusedOp {
  static var schema: OperatorSchema? { FusedConvTransposeOp.schema(name) }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let type = try call.sameElementType(0...2)
    guard let x = try call.shape(0, minimumRank: 3) else { return [.tensor(TensorType(type, nil))] }
    let channelsFirst = [x[0], x[x.count - 1]] + x[1..<x.count - 1]
    let shape = try ConvTransposeOp.shape(channelsFirst, call).map { [$0[0]] + $0[2...] + [$0[1]] }
    return [.tensor(TensorType(type, shape))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    ChannelsLastConvTransposeKernel(try FusedConvTransposeOp.transposeKernel(call))
  }
}
