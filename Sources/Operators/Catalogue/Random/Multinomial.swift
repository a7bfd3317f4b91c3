import Graph
import KernelRuntime

/// Classes drawn at random with probabilities whose logarithms are given up to a constant.
///
/// The greatest of the logarithms, each plus a number from the Gumbel distribution, is such a class.
enum MultinomialOp: ExpandedOp {
  static let isPure = false

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let batch = try call.shape(0, rank: 2)?[0] ?? .local("batch")
    return [.tensor(TensorType(try call.elementType("dtype"), [batch, Dimension(try sampleCount(call))]))]
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    let input = builder.operands.first ?? nil
    let rows = try builder.add("Unsqueeze", [input, builder.constant([1])])
    let expanded = try builder.add("Expand", [rows, builder.constant([1, sampleCount(call), 1])])
    // Halves are too coarse to draw from: many of the sums would be equal.
    let isHalf = try [.float16, .bfloat16].contains(call.elementType(0))
    let many = try isHalf ? builder.cast(expanded, to: .float) : expanded
    let uniform = try builder.add("RandomUniformLike", [many], call.attributes.filter { $0.key == "seed" })
    let exponential = try builder.add("Neg", [builder.add("Log", [uniform])])
    let sum = try builder.add("Sub", [many, builder.add("Log", [exponential])])
    let classes = try builder.add("ArgMax", [sum], ["axis": .int(2), "keepdims": .int(0)])
    return [try builder.add("Cast", [classes], ["to": .int(Int(call.elementType("dtype").rawValue))])]
  }

  private static func sampleCount(_ call: OperatorCall) throws(Diagnostic) -> Int {
    let count = try call.int("sample_size")
    guard count >= 0 else { throw .attribute("sample_size of Multinomial is \(count)") }
    return count
  }
}
