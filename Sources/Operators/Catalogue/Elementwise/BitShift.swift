import Graph
import KernelRuntime

/// The elements of one tensor shifted by those of another.
enum BitShiftOp: BinaryElementwiseOp {
  static func function(_ call: OperatorCall) throws(Diagnostic) -> BinaryFunction {
    switch try call.string("direction") {
    case "LEFT": return .shiftLeft
    case "RIGHT": return .shiftRight
    case let other: throw .attribute("direction of BitShift is \"\(other)\", neither LEFT nor RIGHT")
    }
  }
}
