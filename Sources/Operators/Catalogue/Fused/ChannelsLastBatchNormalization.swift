import Graph
import KernelRuntime

/// A BatchNormalization with given statistics of a tensor with channels last, to whose result limits apply.
enum ChannelsLastBatchNormalizationOp: FusedOp, SameTypeOp {
  static var schema: OperatorSchema? {
    OperatorSchema(
      name,
      inputs: [.one("X", "T"), .one("scale", "T"), .one("B", "T"), .one("mean", "T"), .one("var", "T")],
      outputs: [.one("Y", "T")], attributes: [.float("epsilon", 1e-5), .float("low"), .float("high")],
      types: ["T": .tensors(.float)])
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    ChannelsLastBatchNormalizationKernel(
      epsilon: Double(try call.float("epsilon")), low: try call.optionalFloat("low"),
      high: try call.optionalFloat("high"))
  }
}
