import Graph
import KernelRuntime

/// Groups of channels moved into square blocks of pixels.
enum DepthToSpaceOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let block = try blockSize(call)
    guard let x = try call.shape(0, rank: 4) else { return [try call.tensorType(like: 0, call.unknownShape(rank: 4))] }
    let area = block * block
    if let channels = x[1].value, channels % area != 0 {
      throw .shape("\(channels) channels of DepthToSpace do not fill blocks of \(block) by \(block)")
    }
    let side = Dimension(block)
    return [try call.tensorType(like: 0, [x[0], x[1].floorDivided(by: Dimension(area)), x[2] * side, x[3] * side])]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    DepthToSpaceKernel(blockSize: try blockSize(call), mode: try call.choice("mode"))
  }

  /// The side of a block, which `SpaceToDepth` has as well.
  static func blockSize(_ call: OperatorCall) throws(Diagnostic) -> Int {
    let block = try call.int("blocksize")
    guard block > 0, block < 1 << 20 else { throw .attribute("blocksize of \(call.op) is \(block)") }
    return block
  }
}
