import Graph
import KernelRuntime

/// Numbers from a start up or down to a limit, which is left out, in equal steps.
enum RangeOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let type = try call.sameElementType(0..<3)
    for i in 0..<3 {
      if let count = try call.shape(i).map(call.count)?.value, count != 1 {
        throw .shape("input \(i) of Range must be a scalar")
      }
    }
    return [.tensor(TensorType(type, [try extent(call) ?? .local("count")]))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel { RangeKernel() }

  private static func extent(_ call: OperatorCall) throws(Diagnostic) -> Dimension? {
    if let start = call.dimensions(0)?.first, let limit = call.dimensions(1)?.first,
      let delta = call.integers(2)?.first
    {
      guard delta != 0 else { throw .shape("Range has a step of 0") }
      let span = delta > 0 ? limit - start : start - limit
      return .max(0, span.ceilDivided(by: Dimension(Int(clamping: delta.magnitude))))
    }
    guard let start = call.known(0)?.doubles?.first, let limit = call.known(1)?.doubles?.first,
      let delta = call.known(2)?.doubles?.first
    else { return nil }
    guard delta != 0 else { throw .shape("Range has a step of 0") }
    let count = ((limit - start) / delta).rounded(.up)
    guard count < Double(Limits.tensorBytes) else { throw .shape("Range has no end that can be reached") }
    return Dimension(Int(max(0, count)))
  }
}
