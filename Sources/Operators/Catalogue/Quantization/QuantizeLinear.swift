import Graph
import KernelRuntime

/// Real numbers as integers or narrow floats: divided by a scale and rounded, plus a zero point.
enum QuantizeLinearOp: OperatorDefinition {
  static let dimensionOrder = DimensionOrder.axis

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let named = try call.optionalElementType("output_dtype")
    let type = call.has(2) ? try call.elementType(2) : named ?? .uint8
    if let named, named != type {
      throw .type("output_dtype of QuantizeLinear is \(named.name), but its zero point \(type.name)")
    }
    try call.checkScale()
    return [.tensor(TensorType(type, try call.shape(0)))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    QuantizeLinearKernel(
      axis: try call.int("axis"), blockSize: try call.int("block_size"),
      outputType: try call.optionalElementType("output_dtype"), saturate: try call.flag("saturate"),
      precision: try call.optionalElementType("precision"))
  }
}

extension OperatorCall {
  /// Checks that the scale and zero point of a quantization fit its operand.
  func checkScale() throws(Diagnostic) {
    let block = try int("block_size")
    guard block >= 0 else { throw .attribute("block_size of \(op) is \(block)") }
    guard let x = try shape(0), let scale = try shape(1) else { return }
    let isScalar = scale.isEmpty || scale == [1]
    if has(2), let given = try shape(2), !isScalar || count(given) != 1, let zero = try shape(2, rank: scale.count) {
      for d in scale.indices { _ = try unify(scale[d], zero[d], "the extents of scale and zero point") }
    }
    if isScalar { return }
    let axis = try axis(int("axis"), rank: x.count)
    if block == 0 {
      guard scale.count == 1 else { throw .shape("the scale of \(op) must have one dimension, not \(scale.count)") }
      _ = try unify(x[axis], scale[0], "the extents of the input and of the scale")
    } else if scale.count != x.count {
      throw .shape("the scale of \(op) has \(scale.count) dimensions, its input \(x.count)")
    }
  }
}
