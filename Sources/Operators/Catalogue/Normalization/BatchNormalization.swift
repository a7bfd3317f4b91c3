import Graph
import KernelRuntime

/// Each channel scaled and shifted by statistics: given ones, or in training its own.
enum BatchNormalizationOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let x = try call.shape(0, minimumRank: 1)
    var channels = x.map { $0.count > 1 ? $0[1] : 1 } ?? .local("channels")
    for i in 1...4 {
      guard let parameter = try call.shape(i, rank: 1) else { continue }
      channels = try call.unify(channels, parameter[0], "the channels of input 0 and input \(i)")
    }
    return [
      try call.type(0), try call.tensorType(like: 3, [channels]), try call.tensorType(like: 4, [channels]),
    ]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    let trains = try call.flag("training_mode")
    if !trains, call.resultCount > 1 {
      throw .attribute("BatchNormalization gives its statistics in training mode only")
    }
    return BatchNormalizationKernel(
      epsilon: Double(try call.float("epsilon")), momentum: Double(try call.float("momentum")), trainingMode: trains)
  }
}
