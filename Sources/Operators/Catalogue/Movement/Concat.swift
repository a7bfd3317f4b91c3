import Graph
import KernelRuntime

/// Tensors one behind the other along an axis.
enum ConcatOp: OperatorDefinition {
  static let dimensionOrder = DimensionOrder.axis
  static let propagation = ValuePropagation.movement(operands: Set(0..<SymbolicTensor.maximalCount))

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let type = try call.sameElementType(call.operands.indices)
    var shapes: [[Dimension]] = []
    for i in call.operands.indices {
      guard let shape = try call.shape(i) else { return [.tensor(TensorType(type, nil))] }
      shapes.append(shape)
    }
    return [.tensor(TensorType(type, try call.concatenated(shapes, axis: call.int("axis"))))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    ConcatKernel(axis: try call.int("axis"))
  }
}

extension OperatorCall {
  /// The shape of tensors one behind the other along an axis.
  func concatenated(_ shapes: [[Dimension]], axis: Int) throws(Diagnostic) -> [Dimension] {
    guard var result = shapes.first else { throw Diagnostic(.error, .arity, "\(op) has no inputs") }
    let axis = try self.axis(axis, rank: result.count)
    for shape in shapes.dropFirst() {
      guard shape.count == result.count else {
        throw .shape("the inputs of \(op) have \(result.count) and \(shape.count) dimensions")
      }
      for d in shape.indices {
        result[d] = d == axis ? result[d] + shape[d] : try unify(result[d], shape[d], "extents on axis \(d)")
      }
    }
    return result
  }
}
