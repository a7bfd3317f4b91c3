import Graph
import KernelRuntime

/// The product of two matrices, scaled, plus a third, scaled.
enum GemmOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let type = try call.sameElementType(0...2)
    guard var a = try call.shape(0, rank: 2), var b = try call.shape(1, rank: 2) else {
      return [.tensor(TensorType(type, call.unknownShape(rank: 2)))]
    }
    if try call.flag("transA") { a.reverse() }
    if try call.flag("transB") { b.reverse() }
    _ = try call.unify(a[1], b[0], "the inner extents")
    let result = [a[0], b[1]]
    if call.has(2), let c = try call.shape(2) {
      guard c.count <= 2 else { throw .shape("input 2 of Gemm must have at most 2 dimensions, not \(c.count)") }
      for (extent, whole) in zip(c.reversed(), result.reversed()) where extent != 1 {
        _ = try call.unify(whole, extent, "the extents of the product and of input 2")
      }
    }
    return [.tensor(TensorType(type, result))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    GemmKernel(
      alpha: Double(try call.float("alpha")), beta: Double(try call.float("beta")),
      transA: try call.flag("transA"), transB: try call.flag("transB"))
  }
}
