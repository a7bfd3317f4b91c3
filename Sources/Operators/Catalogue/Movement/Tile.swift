import Graph
import KernelRuntime

/// Its operand repeated a number of times along each axis.
enum TileOp: OperatorDefinition {
  static let propagation = ValuePropagation.movement(operands: [0])

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    guard let shape = try call.shape(0) else {
      return [try call.tensorType(like: 0, call.unknownShape(rank: call.length(1)))]
    }
    if let count = try call.length(1), count != shape.count {
      throw .shape("Tile has \(count) repeats for a tensor of \(shape.count) dimensions")
    }
    guard let repeats = call.dimensions(1) else {
      return [try call.tensorType(like: 0, call.unknownShape(rank: shape.count))]
    }
    if let negative = repeats.compactMap(\.value).first(where: { $0 < 0 }) {
      throw .shape("Tile repeats an axis \(negative) times")
    }
    return [try call.tensorType(like: 0, zip(shape, repeats).map { $0 * $1 })]
  }

  static func kernel(_ call: OperatorCall) -> any Kernel { TileKernel() }
}
