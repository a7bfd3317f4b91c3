import Graph
import KernelRuntime

/// A transposed convolution; then limits and an activation apply.
enum FusedConvTransposeOp: FusedOp {
  static var schema: OperatorSchema? { schema(name) }

  /// The schema of a transposed convolution with what it does in the end, under any name.
  static func schema(_ name: OperatorName) -> OperatorSchema {
    OperatorSchema(
      name, inputs: [.one("X", "T"), .one("W", "T"), .optional("B", "T")], outputs: [.one("Y", "T")],
      attributes: FusedConvOp.attributes + [.ints("output_padding"), .ints("output_shape")],
      types: ["T": .tensors(.float)])
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] { try ConvTransposeOp.infer(call) }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel { try transposeKernel(call) }

  /// The kernel with a transposed convolution's attributes and what it does in the end.
  static func transposeKernel(_ call: OperatorCall) throws(Diagnostic) -> ConvTransposeKernel {
    var kernel = try ConvTransposeOp.transposeKernel(call)
    (kernel.low, kernel.high, kernel.activation) = try call.epilogue()
    return kernel
  }
}
