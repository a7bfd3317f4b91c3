import Graph
import KernelRuntime

/// Each group of channels of each sample normalized, then scaled and shifted channel by channel.
enum GroupNormalizationOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let groups = try call.int("num_groups")
    guard groups > 0 else { throw .attribute("num_groups of GroupNormalization is \(groups)") }
    if let x = try call.shape(0, minimumRank: 2), let channels = x[1].value, channels % groups != 0 {
      throw .shape("\(channels) channels of GroupNormalization do not divide into \(groups) groups")
    }
    return try InstanceNormalizationOp.infer(call)
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    GroupNormalizationKernel(numGroups: try call.int("num_groups"), epsilon: Double(try call.float("epsilon")))
  }
}
