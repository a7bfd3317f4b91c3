import Graph
import KernelRuntime

/// Its operand with elements added at the ends of its axes, or taken away where their number is negative.
enum PadOp: OperatorDefinition {
  static let dimensionOrder = DimensionOrder.axesOperand(3)

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    guard var shape = try call.shape(0) else { return [try call.tensorType(like: 0, nil)] }
    let listed = call.integers(3)
    guard !call.has(3) || listed != nil, let pads = call.dimensions(1) else {
      return [try call.tensorType(like: 0, call.unknownShape(rank: shape.count))]
    }
    let axes = try call.axes(listed ?? Array(shape.indices), rank: shape.count)
    guard pads.count == 2 * axes.count else {
      throw .shape("Pad has \(pads.count) pads for \(axes.count) axes; each axis takes two")
    }
    for (i, axis) in axes.enumerated() {
      shape[axis] = shape[axis] + pads[i] + pads[axes.count + i]
      if let extent = shape[axis].value, extent < 0 {
        throw .shape("Pad leaves an extent of \(extent) on axis \(axis)")
      }
    }
    return [try call.tensorType(like: 0, shape)]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel { PadKernel(mode: try call.choice("mode")) }
}
