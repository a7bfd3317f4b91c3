import Graph
import KernelRuntime

/// The layer normalization of a sum: of an input, what skipped a layer, and a bias.
enum MicrosoftSkipLayerNormalizationOp: MicrosoftOp {
  static var schema: OperatorSchema? {
    OperatorSchema(
      name,
      inputs: [
        .one("input", "T"), .one("skip", "T"), .one("gamma", "T"), .optional("beta", "T"), .optional("bias", "T"),
      ],
      outputs: [
        .one("output", "T"), .optional("mean", "U"), .optional("inv_std_var", "U"),
        .optional("input_skip_bias_sum", "T"),
      ], attributes: [.float("epsilon", 1e-12)], types: ["T": .floats, "U": .tensors(.float)])
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let (type, statistics) = (try call.type(0), try call.statisticsType())
    return [type, statistics, statistics, type]
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    let sum = try builder.sum(builder.sum(builder.required(0), builder.operand(1)), builder.operand(4))
    let normalized = try builder.addNode(
      OperatorName("LayerNormalization"), [sum, builder.operand(2), builder.operand(3)],
      ["axis": .int(-1), "epsilon": .float(call.float("epsilon"))], results: ["", "", ""])
    return normalized + [sum]
  }
}
