import Graph
import KernelRuntime

/// Its operand sampled, by interpolation, at the places that a grid names.
enum GridSampleOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    guard let x = try call.shape(0, minimumRank: 3), let grid = try call.shape(1, rank: x.count) else {
      return [try call.tensorType(like: 0, nil)]
    }
    let batch = try call.unify(x[0], grid[0], "the batches of input and grid")
    _ = try call.unify(Dimension(x.count - 2), grid[x.count - 1], "the spatial dimensions and the grid's coordinates")
    return [try call.tensorType(like: 0, [batch, x[1]] + grid[1..<(x.count - 1)])]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    GridSampleKernel(
      mode: try call.choice("mode"), paddingMode: try call.choice("padding_mode"),
      alignCorners: try call.flag("align_corners"))
  }
}
