import Graph
import KernelRuntime

/// A convolution whose window's elements are each moved by an offset.
enum DeformConvOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let type = try call.sameElementType(0...4)
    guard let offsets = try call.shape(2, minimumRank: 3), let convolved = try call.convolvedShape(bias: 3) else {
      return [.tensor(TensorType(type, try call.convolvedShape(bias: 3)))]
    }
    guard offsets.count == convolved.count else {
      throw .shape("the offsets of \(name) have \(offsets.count) dimensions")
    }
    var shape = convolved
    for d in 2..<shape.count {
      shape[d] = try call.unify(shape[d], offsets[d], "the extents of the result and of the offsets on axis \(d)")
    }
    return [.tensor(TensorType(type, shape))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    DeformConvKernel(
      dilations: try call.optionalInts("dilations") ?? [], group: try call.int("group"),
      offsetGroup: try call.int("offset_group"), kernelShape: try call.optionalInts("kernel_shape") ?? [],
      pads: try call.optionalInts("pads") ?? [], strides: try call.optionalInts("strides") ?? [])
  }
}
