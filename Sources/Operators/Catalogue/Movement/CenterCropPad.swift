import Graph
import KernelRuntime

/// Its operand cropped or padded on both sides of some axes, so that they get given extents.
enum CenterCropPadOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let listed = try call.optionalInts("axes")
    guard var shape = try call.shape(0) else { return [try call.tensorType(like: 0, nil)] }
    let axes = try call.axes(listed ?? Array(shape.indices), rank: shape.count)
    if let extents = try call.shape(from: 1) {
      guard extents.count == axes.count else {
        throw .shape("CenterCropPad has \(extents.count) extents for \(axes.count) axes")
      }
      for (axis, extent) in zip(axes, extents) { shape[axis] = extent }
    } else {
      for axis in axes { shape[axis] = .local("d\(axis)") }
    }
    return [try call.tensorType(like: 0, shape)]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    CenterCropPadKernel(axes: try call.optionalInts("axes"))
  }
}
