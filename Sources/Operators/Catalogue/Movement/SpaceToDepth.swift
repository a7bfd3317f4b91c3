import Graph
import KernelRuntime

/// Square blocks of pixels moved into groups of channels.
enum SpaceToDepthOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let block = try DepthToSpaceOp.blockSize(call)
    guard let x = try call.shape(0, rank: 4) else { return [try call.tensorType(like: 0, call.unknownShape(rank: 4))] }
    for extent in x[2...].compactMap(\.value) where extent % block != 0 {
      throw .shape("an extent of \(extent) does not divide into blocks of \(block) in SpaceToDepth")
    }
    let side = Dimension(block)
    let shape = [x[0], x[1] * Dimension(block * block), x[2].floorDivided(by: side), x[3].floorDivided(by: side)]
    return [try call.tensorType(like: 0, shape)]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    SpaceToDepthKernel(blockSize: try DepthToSpaceOp.blockSize(call), mode: try call.choice("mode"))
  }
}
