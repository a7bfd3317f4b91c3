import Graph
import KernelRuntime

/// A convolution, to which a tensor of the result's shape is added; then limits and an activation apply.
enum FusedConvOp: FusedOp {
  static var schema: OperatorSchema? { schema(name) }

  /// The schema of a convolution with what it does in the end, under any name.
  static func schema(_ name: OperatorName) -> OperatorSchema {
    OperatorSchema(
      name, inputs: [.one("X", "T"), .one("W", "T"), .optional("B", "T"), .optional("Z", "T")],
      outputs: [.one("Y", "T")], attributes: attributes, types: ["T": .tensors(.float)])
  }

  /// A convolution's own attributes and those of what it does in the end.
  static let attributes: [OperatorSchema.Attribute] =
    [
      .string("auto_pad", "NOTSET"), .ints("dilations"), .int("group", 1), .ints("kernel_shape"), .ints("pads"),
      .ints("strides"),
    ] + OperatorSchema.epilogueAttributes

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    [.tensor(TensorType(try call.sameElementType(0...3), try call.convolvedShape(bias: 2)))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel { try convKernel(call) }

  /// The kernel with a convolution's attributes and what it does in the end.
  static func convKernel(_ call: OperatorCall) throws(Diagnostic) -> ConvKernel {
    var kernel = try ConvOp.convKernel(call)
    (kernel.low, kernel.high, kernel.activation) = try call.epilogue()
    return kernel
  }
}
