import Graph
import KernelRuntime

/// Features divided by their greatest one, by the sum of their magnitudes, or by the root of the sum of their squares;
/// left as they are where that is zero.
enum NormalizerOp: ClassicalOp, ExpandedOp {
  private enum Norm: String {
    case max = "MAX"
    case sum = "L1"
    case root = "L2"
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    [.tensor(TensorType(.float, try call.shape(0, minimumRank: 1)))]
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    guard let rank = try call.shape(0)?.count else { throw .unsupported("\(name) of a tensor of unknown rank") }
    let x = try builder.cast(builder.required(0), to: .float)
    let reduction =
      switch try call.choice("norm", of: Norm.self) {
      case .max: "ReduceMax"
      case .sum: "ReduceL1"
      case .root: "ReduceL2"
      }
    let norm = try builder.add(reduction, [x, builder.constant([rank == 1 ? 0 : 1])])
    let isZero = try builder.add("Equal", [norm, builder.constant(0, .float)])
    return [try builder.add("Div", [x, builder.add("Where", [isZero, builder.constant(1, .float), norm])])]
  }
}
