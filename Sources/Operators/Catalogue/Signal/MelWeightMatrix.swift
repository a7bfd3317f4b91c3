import Graph
import KernelRuntime

/// The matrix that turns a linear spectrum into one on the mel scale.
enum MelWeightMatrixOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let bins = call.dimensions(0)?.first ?? .local("bins")
    let rows = call.dimensions(1)?.first.map { $0.floorDivided(by: 2) + 1 } ?? .local("rows")
    return [.tensor(TensorType(try call.elementType("output_datatype"), [rows, bins]))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    MelWeightMatrixKernel(type: try call.elementType("output_datatype"))
  }
}
