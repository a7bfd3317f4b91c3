/// The number of elements of operand 0, int64.
public struct SizeKernel: Kernel {
  public init() {}

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let count = try operands.spec(0).count
    return Prepared([TensorSpec(.int64, [])]) { $0.result(0, as: Int64.self)[0] = Int64(count) }
  }
}
