/// The extents of operand 0 from `start` up to but not including `end`, int64.
public struct ShapeKernel: Kernel {
  public var start: Int
  /// Nil for all that follow.
  public var end: Int?

  public init(start: Int = 0, end: Int? = nil) {
    self.start = start
    self.end = end
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let shape = try operands.spec(0).shape
    func clamp(_ index: Int) -> Int { min(max(index < 0 ? index &+ shape.count : index, 0), shape.count) }
    let first = clamp(start)
    let last = max(first, clamp(end ?? shape.count))
    let extents = shape[first..<last].map(Int64.init)
    return Prepared([TensorSpec(.int64, [extents.count])]) { invocation in
      let y = invocation.result(0, as: Int64.self)
      for (i, extent) in extents.enumerated() { y[i] = extent }
    }
  }
}
