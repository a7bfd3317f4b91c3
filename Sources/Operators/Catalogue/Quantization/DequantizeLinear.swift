import Graph
import KernelRuntime

/// Real numbers from quantized ones: minus a zero point, times a scale.
enum DequantizeLinearOp: OperatorDefinition {
  static let dimensionOrder = DimensionOrder.axis

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    try call.checkScale()
    let scale = try call.elementType(1)
    return [.tensor(TensorType(try call.optionalElementType("output_dtype") ?? scale, try call.shape(0)))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    DequantizeLinearKernel(
      axis: try call.int("axis"), blockSize: try call.int("block_size"),
      outputType: try call.optionalElementType("output_dtype"))
  }
}
