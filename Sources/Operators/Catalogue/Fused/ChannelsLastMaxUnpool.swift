import Graph
import KernelRuntime

/// A MaxUnpool of images with channels last, whose indices are those of `ChannelsLastMaxPool`.
enum ChannelsLastMaxUnpoolOp: FusedOp {
  static var schema: OperatorSchema? {
    OperatorSchema(
      name, inputs: [.one("X", "T"), .one("I", "I")], outputs: [.one("Y", "T")],
      attributes: [.ints("kernel_shape"), .ints("pads"), .ints("strides")],
      types: ["T": .tensors(.float), "I": .tensors(.int32)])
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let window = try WindowAttributes(call)
    guard window.kernelShape.count == 2, window.strides.isEmpty || window.strides.count == 2,
      window.pads.isEmpty || window.pads.count == 4
    else { throw .attribute("kernel_shape, strides or pads of \(call.op) do not fit two dimensions") }
    guard let x = try call.shape(0, rank: 4) else { return [try call.tensorType(like: 0, call.unknownShape(rank: 4))] }
    if let indices = try call.shape(1, rank: 4) {
      for d in x.indices { _ = try call.unify(x[d], indices[d], "the extents of the values and indices") }
    }
    var shape = x
    for d in 0..<2 {
      let stride = Dimension(window.strides.isEmpty ? 1 : window.strides[d])
      let pads = window.pads.isEmpty ? 0 : Dimension(window.pads[d]) + Dimension(window.pads[2 + d])
      shape[1 + d] = (x[1 + d] - 1) * stride + Dimension(window.kernelShape[d]) - pads
    }
    return [try call.tensorType(like: 0, shape)]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    ChannelsLastMaxUnpoolKernel(try MaxUnpoolOp.unpoolKernel(call))
  }
}
