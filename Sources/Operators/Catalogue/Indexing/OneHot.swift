import Graph
import KernelRuntime

/// For each index a row of one value with another at the index's place.
enum OneHotOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    if let count = try call.length(2), count != 2 { throw .shape("the values of OneHot must be two, not \(count)") }
    guard var shape = try call.shape(0) else { return [try call.tensorType(like: 2, nil)] }
    let depth = call.dimensions(1)?.first ?? .local("depth")
    if let number = depth.value, number < 0 { throw .shape("the depth of OneHot is \(number)") }
    shape.insert(depth, at: try call.axis(call.int("axis"), rank: shape.count + 1))
    return [try call.tensorType(like: 2, shape)]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel { OneHotKernel(axis: try call.int("axis")) }
}
