import Graph
import KernelRuntime

/// The normalization by the root of the mean square of a sum: of an input, what skipped a layer, and a bias.
enum MicrosoftSkipSimplifiedLayerNormalizationOp: MicrosoftOp {
  static var schema: OperatorSchema? {
    OperatorSchema(
      name, inputs: [.one("input", "T"), .one("skip", "T"), .one("gamma", "T"), .optional("bias", "T")],
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
    let sum = try builder.sum(builder.sum(builder.required(0), builder.operand(1)), builder.operand(3))
    let epsilon = try call.float("epsilon")
    let output = try builder.add(
      "RMSNormalization", [sum, builder.operand(2)], ["axis": .int(-1), "epsilon": .float(epsilon)])
    // The mean is never computed, for nothing is centred by it.
    let deviation = try builder.inverseRootMeanSquare(sum, axes: [-1], epsilon: epsilon)
    return [output, deviation, deviation, sum]
  }
}

extension NodeBuilder {
  /// One over the root of the mean square of a value over some axes, as floats.
  mutating func inverseRootMeanSquare(_ x: ValueID, axes: [Int], epsilon: Float) throws(Diagnostic) -> ValueID {
    let wide = try cast(x, to: .float)
    let mean = try add("ReduceMean", [add("Mul", [wide, wide]), constant(axes)])
    return try add("Reciprocal", [add("Sqrt", [add("Add", [mean, constant(Double(epsilon), .float)])])])
  }
}
