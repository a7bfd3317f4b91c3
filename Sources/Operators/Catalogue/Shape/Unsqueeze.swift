import Graph
import KernelRuntime

/// Its operand with more dimensions, of extent 1.
enum UnsqueezeOp: OperatorDefinition {
  static let propagation = ValuePropagation.movement(operands: [0])

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    guard var shape = try call.shape(0) else { return [try call.tensorType(like: 0, nil)] }
    guard let listed = call.integers(1) else {
      let rank = try call.length(1).map { shape.count.addingReportingOverflow($0).partialValue }
      return [try call.tensorType(like: 0, call.unknownShape(rank: rank.flatMap { $0 <= Limits.rank ? $0 : nil }))]
    }
    for axis in try call.axes(listed, rank: shape.count + listed.count).sorted() { shape.insert(1, at: axis) }
    return [try call.tensorType(like: 0, shape)]
  }

  static func kernel(_ call: OperatorCall) -> any Kernel { ViewKernel(kind: .unsqueeze) }
}
