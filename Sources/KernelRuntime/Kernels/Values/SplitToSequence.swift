/// Cuts operand 0 along an axis into a sequence: into parts of the extents that operand 1 lists, or all of the one that
/// it is (the last may be smaller), or without it into single elements.
public struct SplitToSequenceKernel: Kernel {
  public var axis: Int
  /// Whether single elements keep the axis.
  public var keepDims: Bool

  public init(axis: Int = 0, keepDims: Bool = true) {
    self.axis = axis
    self.keepDims = keepDims
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    guard operands.has(0) else { throw .invalid("operand 0 is missing") }
    return Prepared(values: { (values, context) throws(KernelError) in
      guard let tensor = values[0]?.tensor else { throw .invalid("operand 0 must be a tensor") }
      let axis = try resolveAxis(axis, rank: tensor.spec.rank)
      let extents = try Self.extents(values.count > 1 ? values[1] : nil, of: tensor.shape[axis])
      // Where single elements lose the axis no list of extents is given.
      if !keepDims, values.count < 2 || values[1] == nil {
        let slices = try extents.indices.map { (i) throws(KernelError) in try tensor.slice(i, axis: axis) }
        return [.sequence(slices.map { .tensor($0) })]
      }
      if extents.isEmpty { return [.sequence([])] }
      let list = try Tensor(extents.map { Int64($0) }, shape: [extents.count])
      let parts = try SplitKernel(axis: axis).evaluate(
        [tensor, list], options: context.options, threads: context.threads)
      return [.sequence(parts.map { .tensor($0) })]
    })
  }

  private static func extents(_ value: RuntimeValue?, of extent: Int) throws(KernelError) -> [Int] {
    guard let value else { return Array(repeating: 1, count: extent) }
    guard let tensor = value.tensor, let listed = tensor.integers else {
      throw .invalid("operand 1 must hold integers")
    }
    guard tensor.shape.isEmpty, let part = listed.first else { return listed }
    guard part > 0 else { throw .invalid("parts of an extent of \(part)") }
    return stride(from: 0, to: extent, by: part).map { min(part, extent - $0) }
  }
}
