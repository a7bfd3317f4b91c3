import Graph
import KernelRuntime

/// 1 for elements above a threshold, 0 for others.
enum BinarizerOp: ClassicalOp, ExpandedOp, SameTypeOp {
  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    let type = try call.elementType(0)
    // An integer is compared as a number with a fraction, for the threshold may have one.
    let compared = type.isInteger ? ElementType.double : type
    let threshold = try builder.constant(Double(call.float("threshold")), compared)
    let isAbove = try builder.add("Greater", [builder.cast(builder.required(0), to: compared), threshold])
    return [try builder.cast(isAbove, to: type)]
  }
}
