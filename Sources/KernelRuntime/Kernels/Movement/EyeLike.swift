/// A matrix of operand 0's shape with ones on a diagonal and zeros elsewhere.
public struct EyeLikeKernel: Kernel {
  /// The result's type; nil for the operand's.
  public var type: ElementType?
  /// The diagonal's offset: positive above the main one.
  public var k: Int

  public init(type: ElementType? = nil, k: Int = 0) {
    self.type = type
    self.k = k
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    guard x.rank == 2 else { throw .invalid("shape \(x.shape) is not a matrix") }
    let result = try TensorSpec.checked(type ?? x.type, x.shape)
    if result.type == .bool {
      return Prepared([result]) { [k] in Self.fill($0.result(0, as: UInt8.self), result.shape, k, 0, 1) }
    }
    return try result.type.numeric(Visit(result: result, k: k))
  }

  private static func fill<T>(_ y: UnsafeMutablePointer<T>, _ shape: [Int], _ k: Int, _ zero: T, _ one: T) {
    y.update(repeating: zero, count: shape[0] * shape[1])
    for row in 0..<shape[0] {
      let (column, overflow) = row.addingReportingOverflow(k)
      if !overflow, column >= 0, column < shape[1] { y[row * shape[1] + column] = one }
    }
  }

  private struct Visit: NumericVisitor {
    let result: TensorSpec
    let k: Int
    func visit<T: NumericElement>(_ type: T.Type) -> Prepared {
      Prepared([result]) { [result, k] invocation in
        EyeLikeKernel.fill(
          invocation.result(0, as: T.self), result.shape, k, T(compute: T.Compute.zero), T(compute: T.Compute.one))
      }
    }
  }
}
