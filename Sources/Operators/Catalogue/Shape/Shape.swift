import Graph
import KernelRuntime

/// The extents of its operand, or those of a range of its axes.
enum ShapeOp: OperatorDefinition {
  static let propagation = ValuePropagation.custom { call in
    guard let shape = try? call.shape(0), let range = try? axes(call, rank: shape.count) else { return nil }
    return SymbolicTensor(shape: [range.count], elements: Array(shape[range]))
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    guard let rank = try call.tensor(0).rank else { return [.tensor(TensorType(.int64, [.local("rank")]))] }
    return [.tensor(TensorType(.int64, [Dimension(try axes(call, rank: rank).count)]))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    ShapeKernel(start: try call.int("start"), end: try call.optionalInt("end"))
  }

  /// The axes asked for: bounds count from the back where negative, and outside the tensor mean its ends.
  private static func axes(_ call: OperatorCall, rank: Int) throws(Diagnostic) -> Range<Int> {
    func clamped(_ bound: Int) -> Int { min(max(bound < 0 ? bound + rank : bound, 0), rank) }
    let start = clamped(try call.int("start"))
    return start..<max(start, clamped(try call.optionalInt("end") ?? rank))
  }
}
