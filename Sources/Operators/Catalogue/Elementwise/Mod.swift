import Graph
import KernelRuntime

/// The remainder of two tensors, element by element: with the divisor's sign, or with `fmod` the dividend's.
enum ModOp: BinaryElementwiseOp {
  static let propagation = ValuePropagation.arithmetic { a, b in b == 0 ? nil : a - b * a.floorDivided(by: b) }
  static func function(_ call: OperatorCall) throws(Diagnostic) -> BinaryFunction {
    try call.flag("fmod") ? .truncatedRemainder : .floorRemainder
  }
}
