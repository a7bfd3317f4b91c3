/// Reorders the dimensions of operand 0: dimension `d` of the result is dimension `perm[d]` of the operand.
public struct TransposeKernel: Kernel {
  public var perm: [Int]

  /// - Parameter perm: empty to reverse the dimensions.
  public init(perm: [Int] = []) { self.perm = perm }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    let perm = try resolveAxes(perm.isEmpty ? Array((0..<x.rank).reversed()) : perm, rank: x.rank)
    guard perm.count == x.rank else { throw .invalid("permutation \(perm) of \(x.rank) dimensions") }
    let result = TensorSpec(x.type, perm.map { x.shape[$0] })
    // Where only dimensions of extent 1 move, no element does.
    let moving = perm.filter { x.shape[$0] != 1 }
    if x.count == 0 || moving == moving.sorted() { return Prepared(aliasing: 0, as: result) }
    let strides = denseStrides(x.shape)
    return try x.type.move(
      StridedCopy(result: result, nest: LoopNest(result.shape, strides: [perm.map { strides[$0] }])))
  }
}
