import Graph
import KernelRuntime

/// The greatest element in each cell of a grid laid over regions of an image.
enum MaxRoiPoolOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let pooled = try call.ints("pooled_shape")
    guard pooled.count == 2, pooled.allSatisfy({ $0 > 0 }) else {
      throw .attribute("pooled_shape of MaxRoiPool is \(pooled), not two positive numbers")
    }
    let (x, regions) = (try call.shape(0, rank: 4), try call.shape(1, rank: 2))
    let shape = [regions?[0] ?? .local("count"), x?[1] ?? .local("channels")] + pooled.map { Dimension($0) }
    return [try call.tensorType(like: 0, shape)]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    MaxRoiPoolKernel(pooledShape: try call.ints("pooled_shape"), spatialScale: Double(try call.float("spatial_scale")))
  }
}
