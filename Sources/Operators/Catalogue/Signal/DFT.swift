import Graph
import KernelRuntime

/// The discrete Fourier transform along an axis, or its inverse.
enum DFTOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    guard var shape = try call.shape(0, minimumRank: 2) else { return [try call.tensorType(like: 0, nil)] }
    let isOneSided = try call.flag("onesided")
    let isReal = try call.flag("inverse") ? isOneSided : false
    shape[shape.count - 1] = isReal ? 1 : 2
    guard !call.has(2) || call.integers(2) != nil else {
      return [try call.tensorType(like: 0, call.unknownShape(rank: shape.count - 1).map { $0 + shape.suffix(1) })]
    }
    let axis = try call.axis(call.integers(2)?.first ?? -2, rank: shape.count)
    guard axis < shape.count - 1 else { throw .attribute("the axis of DFT is that of real and imaginary parts") }
    let count: Dimension
    if call.has(1) {
      count = call.dimensions(1)?.first ?? .local("count")
    } else {
      count = isReal ? (shape[axis] - 1) * 2 : shape[axis]
    }
    shape[axis] = isOneSided && !isReal ? count.floorDivided(by: 2) + 1 : count
    return [try call.tensorType(like: 0, shape)]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    DFTKernel(isInverse: try call.flag("inverse"), isOneSided: try call.flag("onesided"))
  }
}
