import Graph
import KernelRuntime

/// Features with those of one value, or those that are not numbers, replaced.
enum ImputerOp: ClassicalOp, ExpandedOp, SameTypeOp {
  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    let type = try call.elementType(0)
    let x = try builder.required(0)
    let replacement: ValueID
    let isMissing: ValueID
    if type.isInteger {
      replacement = try builder.constant(call.ints("imputed_value_int64s"))
      let replaced = try builder.cast(builder.constant(scalar: call.int("replaced_value_int64")), to: type)
      isMissing = try builder.add("Equal", [x, replaced])
    } else {
      replacement = try builder.constant(call.floats("imputed_value_floats"))
      let replaced = try call.float("replaced_value_float")
      isMissing =
        replaced.isNaN
        ? try builder.add("IsNaN", [x])
        : try builder.add("Equal", [x, builder.constant(Double(replaced), type)])
    }
    return [try builder.add("Where", [isMissing, builder.cast(replacement, to: type), x])]
  }
}
