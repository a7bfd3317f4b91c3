import Graph
import KernelRuntime

/// Random numbers from a normal distribution, in a given shape.
enum RandomNormalOp: ShapedRandomOp {
  static func distribution(_ call: OperatorCall) throws(Diagnostic) -> RandomDistribution { try .normal(call) }
}
