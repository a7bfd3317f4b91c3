import Graph
import KernelRuntime

/// Each channel of each sample normalized, scaled and shifted.
enum InstanceNormalizationOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    _ = try call.sameElementType(0...2)
    if let x = try call.shape(0, minimumRank: 2) {
      for i in 1...2 {
        if let parameter = try call.shape(i, rank: 1) {
          _ = try call.unify(x[1], parameter[0], "the channels of input 0 and input \(i)")
        }
      }
    }
    return [try call.type(0)]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    InstanceNormalizationKernel(epsilon: Double(try call.float("epsilon")))
  }
}
