import Graph
import KernelRuntime

/// The discrete Fourier transform, or its inverse.
enum DFTOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    guard var shape = try call.shape(0, minimumRank: 2) else { return [try call.type(0)] }
    let (isInverse, isOneSided) = (try call.flag("inverse"), try call.flag("onesided"))
    let parts = shape[shape.count - 1]
    if let parts = parts.value, parts != 1 && parts != 2 {
      throw .shape("the last extent of input 0 of \(name) must be 1 or 2, not \(parts)")
    }
    let rank = shape.count
    shape[rank - 1] = isInverse && isOneSided ? 1 : 2
    guard let axis = call.has(2) ? call.integers(2)?.first : -2 else {
      return [try call.tensorType(like: 0, Array(call.unknownShape(rank: rank)?.dropLast() ?? []) + [shape[rank - 1]])]
    }
    let d = try call.axis(axis, rank: rank)
    guard d < rank - 1 else { throw .shape("\(name) runs along the axis of real and imaginary parts") }
    var length = isInverse && isOneSided ? (shape[d] - 1) * 2 : shape[d]
    if call.has(1) { length = call.dimensions(1)?.first ?? .local("length") }
    shape[d] = isOneSided && !isInverse ? length.floorDivided(by: 2) + 1 : length
    return [try call.tensorType(like: 0, shape)]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    DFTKernel(isInverse: try call.flag("inverse"), isOneSided: try call.flag("onesided"))
  }
}
