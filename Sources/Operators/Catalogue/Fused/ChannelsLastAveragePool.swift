import Graph
import KernelRuntime

/// An AveragePool of images or sequences with channels last.
enum ChannelsLastAveragePoolOp: FusedOp {
  static var schema: OperatorSchema? {
    OperatorSchema(
      name, inputs: [.one("X", "T")], outputs: [.one("Y", "T")],
      attributes: OperatorSchema.poolAttributes + [.int("count_include_pad", 0)], types: ["T": .tensors(.float)])
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let kernel = try WindowAttributes(call).kernelShape.map { Dimension($0) }
    return [try call.tensorType(like: 0, try call.channelsLastShape(kernel: kernel))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    ChannelsLastAveragePoolKernel(try AveragePoolOp.averageKernel(call))
  }
}
