import Graph
import KernelRuntime

/// A MaxPool of images or sequences with channels last. An index is a place in its image, row · width + column.
enum ChannelsLastMaxPoolOp: FusedOp {
  static var schema: OperatorSchema? {
    OperatorSchema(
      name, inputs: [.one("X", "T")], outputs: [.one("Y", "T"), .optional("Indices", "I")],
      attributes: OperatorSchema.poolAttributes, types: ["T": .tensors(.float), "I": .tensors(.int32)])
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let kernel = try WindowAttributes(call).kernelShape.map { Dimension($0) }
    let shape = try call.channelsLastShape(kernel: kernel)
    return [try call.tensorType(like: 0, shape), .tensor(TensorType(.int32, shape))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    ChannelsLastMaxPoolKernel(try MaxPoolOp.poolKernel(call))
  }
}
