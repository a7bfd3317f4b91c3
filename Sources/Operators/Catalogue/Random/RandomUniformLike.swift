import Graph
import KernelRuntime

/// Random numbers from an interval, in its operand's shape.
enum RandomUniformLikeOp: LikeRandomOp {
  static func distribution(_ call: OperatorCall) throws(Diagnostic) -> RandomDistribution { try .uniform(call) }
}
