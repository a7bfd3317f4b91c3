import Graph
import KernelRuntime

/// The slices along an axis, or the elements, for which a condition holds.
enum CompressOp: OperatorDefinition {
  static let propagation = ValuePropagation.movement(operands: [0])

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    _ = try call.shape(1, rank: 1)
    let axis = try call.optionalInt("axis")
    let count = call.known(1)?.integers.map { Dimension($0.count(where: { $0 != 0 })) } ?? .local("count")
    guard let axis else { return [try call.tensorType(like: 0, [count])] }
    guard var shape = try call.shape(0) else { return [try call.tensorType(like: 0, nil)] }
    shape[try call.axis(axis, rank: shape.count)] = count
    return [try call.tensorType(like: 0, shape)]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    CompressKernel(axis: try call.optionalInt("axis"))
  }
}
