import Graph
import KernelRuntime

/// The weights that turn a spectrum into bins of equal distance on the mel scale.
enum MelWeightMatrixOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let rows = call.dimensions(1)?.first.map { $0.floorDivided(by: 2) + 1 } ?? .local("rows")
    let shape = [rows, call.dimensions(0)?.first ?? .local("bins")]
    for extent in shape.compactMap(\.value) where extent < 0 {
      throw .shape("MelWeightMatrix asks for an extent of \(extent)")
    }
    return [.tensor(TensorType(try call.elementType("output_datatype"), shape))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    MelWeightMatrixKernel(type: try call.elementType("output_datatype"))
  }
}
