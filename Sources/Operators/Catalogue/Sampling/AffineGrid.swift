import Graph
import KernelRuntime

/// The grid of places that affine maps send the elements of an image to.
enum AffineGridOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let theta = try call.shape(0, rank: 3)
    guard let size = try call.shape(from: 1) else { return [try call.tensorType(like: 0, nil)] }
    guard size.count == 4 || size.count == 5 else {
      throw .shape("the size of AffineGrid must have 4 or 5 extents, not \(size.count)")
    }
    let batch = try theta.map { (theta) throws(Diagnostic) in try call.unify(size[0], theta[0], "the batches") }
    return [try call.tensorType(like: 0, [batch ?? size[0]] + size[2...] + [Dimension(size.count - 2)])]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    AffineGridKernel(alignCorners: try call.flag("align_corners"))
  }
}
