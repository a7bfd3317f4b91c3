import Graph
import KernelRuntime

/// The quotient of two tensors, element by element; of integers rounded toward zero.
enum DivOp: BinaryElementwiseOp {
  // Extents are never negative, and what is divided to make one hardly ever is: there the two roundings agree.
  static let propagation = ValuePropagation.arithmetic { a, b in b == 0 ? nil : a.floorDivided(by: b) }
  static func function(_ call: OperatorCall) -> BinaryFunction { .div }
}
