import Graph
import KernelRuntime

/// The Fourier transforms of a signal's frames.
enum STFTOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    _ = try call.sameElementType([0, 2])
    guard let x = try call.shape(0, minimumRank: 2) else {
      return [try call.tensorType(like: 0, call.unknownShape(rank: 4))]
    }
    guard x.count <= 3 else { throw .shape("input 0 of \(name) must have two or three dimensions, not \(x.count)") }
    var frame = x[1]
    if call.has(3) {
      frame = call.dimensions(3)?.first ?? .local("frame")
    } else if call.has(2) {
      frame = try call.shape(2, rank: 1)?[0] ?? .local("frame")
    }
    var frames = Dimension.local("frames")
    if let step = call.integers(1)?.first {
      guard step > 0 else { throw .shape("the frames of \(name) are \(step) apart") }
      frames = (x[1] - frame).floorDivided(by: Dimension(step)) + 1
    }
    let bins = try call.flag("onesided") ? frame.floorDivided(by: 2) + 1 : frame
    return [try call.tensorType(like: 0, [x[0], frames, bins, 2])]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    STFTKernel(isOneSided: try call.flag("onesided"))
  }
}
