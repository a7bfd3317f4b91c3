import Graph
import KernelRuntime

/// The matrix product: leading dimensions broadcast, and a vector counts as a row or a column.
enum MatMulOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    [.tensor(TensorType(try call.sameElementType(0...1), try call.matrixProduct(0, 1)))]
  }

  static func kernel(_ call: OperatorCall) -> any Kernel { MatMulKernel() }
}

extension OperatorCall {
  /// The shape of the matrix product of two operands; nil when a rank is not known.
  func matrixProduct(_ i: Int, _ j: Int) throws(Diagnostic) -> [Dimension]? {
    guard let a = try shape(i, minimumRank: 1), let b = try shape(j, minimumRank: 1) else { return nil }
    let (rows, columns) = (a.dropLast(), b.count > 1 ? b.suffix(1) : [])
    guard let depthOfA = a.last, let depthOfB = b.count > 1 ? b[b.count - 2] : b.last else { return nil }
    _ = try unify(depthOfA, depthOfB, "the inner extents")
    let batch = try broadcast([Array(rows.dropLast()), Array(b.dropLast(2))])
    return batch.map { $0 + rows.suffix(1) + columns }
  }
}
