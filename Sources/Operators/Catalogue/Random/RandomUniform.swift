import Graph
import KernelRuntime

/// Random numbers from an interval, in a given shape.
enum RandomUniformOp: ShapedRandomOp {
  static func distribution(_ call: OperatorCall) throws(Diagnostic) -> RandomDistribution { try .uniform(call) }
}
