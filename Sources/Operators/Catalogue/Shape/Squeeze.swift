import Graph
import KernelRuntime

/// Its operand without some dimensions of extent 1.
enum SqueezeOp: OperatorDefinition {
  static let propagation = ValuePropagation.movement(operands: [0])

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    guard let shape = try call.shape(0) else { return [try call.tensorType(like: 0, nil)] }
    guard call.has(1) else {
      // Each unknown extent may be 1 or not, so the rank is known only where there is none.
      guard shape.allSatisfy({ $0.value != nil || ($0.lowerBound ?? 0) > 1 }) else {
        return [try call.tensorType(like: 0, nil)]
      }
      return [try call.tensorType(like: 0, shape.filter { $0 != 1 })]
    }
    guard let listed = call.integers(1) else {
      let rank = try call.length(1).map { max(0, shape.count - $0) }
      return [try call.tensorType(like: 0, call.unknownShape(rank: rank))]
    }
    let axes = try call.axes(listed, rank: shape.count)
    for axis in axes {
      if let extent = shape[axis].value, extent != 1 {
        throw .shape("Squeeze would drop axis \(axis), whose extent is \(extent)")
      }
    }
    return [try call.tensorType(like: 0, shape.indices.filter { !axes.contains($0) }.map { shape[$0] })]
  }

  static func kernel(_ call: OperatorCall) -> any Kernel { ViewKernel(kind: .squeeze) }
}
