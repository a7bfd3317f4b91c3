import Graph
import KernelRuntime

/// Ones with the probabilities that its operand's elements are, zeros otherwise.
enum BernoulliOp: LikeRandomOp {
  static func distribution(_ call: OperatorCall) throws(Diagnostic) -> RandomDistribution { .bernoulli }
}
