import Graph
import KernelRuntime

/// Random numbers from a normal distribution, in its operand's shape.
enum RandomNormalLikeOp: LikeRandomOp {
  static func distribution(_ call: OperatorCall) throws(Diagnostic) -> RandomDistribution { try .normal(call) }
}
