import Graph
import KernelRuntime

/// The negative of each element.
enum NegOp: UnaryElementwiseOp {
  static let propagation = ValuePropagation.custom { call in
    guard let x = call.operands.first??.elements?.dimensions else { return nil }
    return SymbolicTensor(shape: x.shape, elements: x.elements.map { Dimension(0) - $0 })
  }
  static let function = UnaryFunction.neg
}
