/// Takes every `step`-th element from `start` to `end` along some axes of operand 0.
///
/// Operands 1 and 2 are the starts and ends; 3 and 4, the axes and the steps, are optional. All are clamped as Python
/// does; steps may be negative.
public struct SliceKernel: Kernel {
  public init() {}

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    let (starts, ends) = (try operands.integers(1), try operands.integers(2))
    let axes = try resolveAxes(try operands.optionalIntegers(3) ?? Array(starts.indices), rank: x.rank)
    let steps = try operands.optionalIntegers(4) ?? [Int](repeating: 1, count: starts.count)
    guard ends.count == starts.count, axes.count == starts.count, steps.count == starts.count else {
      throw .invalid("starts, ends, axes and steps differ in length")
    }
    var shape = x.shape
    var strides = denseStrides(x.shape)
    var base = 0
    for (i, axis) in axes.enumerated() {
      let range = try Self.range(extent: x.shape[axis], start: starts[i], end: ends[i], step: steps[i])
      shape[axis] = range.count
      base += range.start * strides[axis]
      // A step is used only between elements, which lie within the extent.
      strides[axis] = range.count > 1 ? strides[axis] * steps[i] : 0
    }
    if shape == x.shape, base == 0 { return Prepared(aliasing: 0, as: x) }
    let result = TensorSpec(x.type, shape)
    if result.count == 0 { base = 0 }
    return try x.type.move(StridedCopy(result: result, nest: LoopNest(shape, strides: [strides]), base: base))
  }

  /// The first index and the number of elements that Python's slice of an array of `extent` elements has.
  public static func range(
    extent: Int, start: Int, end: Int, step: Int
  ) throws(KernelError) -> (start: Int, count: Int) {
    guard step != 0 else { throw .invalid("a slice's step is 0") }
    func resolve(_ index: Int) -> Int {
      let index = index < 0 ? index &+ extent : index
      return step > 0 ? min(max(index, 0), extent) : min(max(index, -1), extent - 1)
    }
    let (first, last) = (resolve(start), resolve(end))
    let distance = step > 0 ? last - first : first - last
    guard distance > 0 else { return (0, 0) }
    let magnitude = Int(clamping: step.magnitude)
    return (first, (distance - 1) / magnitude + 1)
  }
}
