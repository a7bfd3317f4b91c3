import Graph
import KernelRuntime
import Operators

/// A tensor as a selection of another's elements: where its first element lies there, and how far apart neighbours along
/// each dimension are. So a kernel can read what a model cuts, splits and transposes without anything being moved.
struct StridedView {
  /// The tensor that the elements lie in, which is dense.
  var base: ValueID
  var offset = 0
  var shape: [Int]
  /// 0 for a dimension that repeats.
  var strides: [Int]
  /// What the elements are multiplied by.
  var factor = 1.0

  /// A value as it stands.
  ///
  /// - Returns: nil when its shape is not known.
  init?(_ value: ValueID, _ graph: Graph) {
    guard let shape = graph.extents(value) else { return nil }
    base = value
    self.shape = shape
    strides = Self.dense(shape)
  }

  /// Whether these are all elements of the base, in their order.
  func isWhole(_ graph: Graph) -> Bool {
    guard offset == 0, graph.extents(base)?.reduce(1, &*) == shape.reduce(1, &*) else { return false }
    return shape.indices.allSatisfy { shape[$0] == 1 || strides[$0] == Self.dense(shape)[$0] }
  }

  private static func dense(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for d in shape.indices.dropLast().reversed() { strides[d] = strides[d + 1] &* max(shape[d + 1], 1) }
    return strides
  }

  /// A value as a view of the earliest value that it is made of by moving elements only.
  ///
  /// - Parameter isScaled: whether products with a number may be passed as well.
  /// - Returns: nil when the value's shape is not known.
  static func tracing(_ value: ValueID, isScaled: Bool = false, _ graph: Graph) -> StridedView? {
    guard let own = StridedView(value, graph), let node = graph[value].producer, graph[node].results.count == 1,
      let operand = graph[node].operands.first ?? nil
    else { return StridedView(value, graph) }
    let isHalf = graph[node].op == splitHalf
    guard graph[node].op.domain.isEmpty || isHalf, let call = Inference.call(node, in: graph) else { return own }
    if isScaled, let (factor, other) = graph.scaled(value), graph.extents(other) == own.shape {
      guard var view = tracing(other, isScaled: true, graph) else { return own }
      view.factor *= factor
      return view
    }
    guard let view = tracing(operand, isScaled: isScaled, graph) else { return own }
    let moved: StridedView? =
      switch isHalf ? "Split" : graph[node].op.type {
      case "Identity": view
      case "Reshape", "Squeeze", "Unsqueeze", "Flatten": view.reshaped(to: own.shape)
      case "Expand": view.broadcast(to: own.shape)
      case "Transpose": view.transposed(call)
      case "Split": view.split(call, to: own.shape)
      case "Slice": view.sliced(call, to: own.shape)
      case "Gather": view.gathered(call)
      default: nil
      }
    return moved?.shape == own.shape ? moved : own
  }

  private static let splitHalf =
    ResultHalf.halves(of: OperatorName("Split")).first?.name ?? OperatorName("Split")

  /// The elements in the same order under another shape of as many.
  ///
  /// - Returns: nil when neighbours would no longer be evenly apart.
  func reshaped(to target: [Int]) -> StridedView? {
    guard target.reduce(1, &*) == shape.reduce(1, &*), !target.contains(0) else { return nil }
    // Dimensions that follow one another evenly are one; those of extent 1 are none.
    var (extents, steps) = ([Int](), [Int]())
    for (extent, stride) in zip(shape, strides) where extent != 1 {
      if let outer = extents.last, let step = steps.last, step == stride &* extent {
        extents[extents.count - 1] = outer &* extent
        steps[steps.count - 1] = stride
      } else {
        extents.append(extent)
        steps.append(stride)
      }
    }
    // From the back, each joined dimension must be used up by some of the target's.
    var result = [Int](repeating: 0, count: target.count)
    var rest = 1
    for d in target.indices.reversed() where target[d] != 1 {
      if rest == 1 {
        guard let extent = extents.popLast() else { return nil }
        rest = extent
      }
      guard let step = steps.last, rest % target[d] == 0 else { return nil }
      result[d] = step
      rest /= target[d]
      if rest == 1 { steps.removeLast() } else { steps[steps.count - 1] = step &* target[d] }
    }
    var view = self
    (view.shape, view.strides) = (target, result)
    return view
  }

  /// The elements repeated along dimensions of extent 1 and new ones before the first.
  func broadcast(to target: [Int]) -> StridedView? {
    let missing = target.count - shape.count
    guard missing >= 0 else { return nil }
    var view = self
    view.shape = target
    view.strides = Array(repeating: 0, count: missing) + strides
    for (d, extent) in shape.enumerated() where extent != target[missing + d] {
      guard extent == 1 else { return nil }
      view.strides[missing + d] = 0
    }
    return view
  }

  /// The dimensions in another order.
  func permuted(_ perm: [Int]) -> StridedView? {
    guard perm.sorted() == Array(shape.indices) else { return nil }
    var view = self
    view.shape = perm.map { shape[$0] }
    view.strides = perm.map { strides[$0] }
    return view
  }

  private func transposed(_ call: OperatorCall) -> StridedView? {
    guard let perm = try? call.optionalInts("perm") else { return permuted(shape.indices.reversed()) }
    return permuted(perm)
  }

  /// The elements from a position on along an axis.
  private func moved(_ axis: Int, from start: Int, by step: Int = 1) -> StridedView? {
    guard shape.indices.contains(axis), start >= 0, start <= shape[axis], step > 0 else { return nil }
    var view = self
    view.offset &+= start &* strides[axis]
    view.strides[axis] &*= step
    return view
  }

  private func split(_ call: OperatorCall, to target: [Int]) -> StridedView? {
    guard let axis = try? call.axis(call.int("axis"), rank: shape.count), target.count == shape.count,
      let half = OperatorRegistry.half(Self.splitHalf), let index = try? half.resultIndex(call.attributes),
      let parts = call.has(1)
        ? call.integers(1) : try? SplitKernel.equalParts(shape[axis], call.resultCount), index < parts.count,
      var view = moved(axis, from: parts[..<index].reduce(0, &+))
    else { return nil }
    view.shape = target
    return view
  }

  private func sliced(_ call: OperatorCall, to target: [Int]) -> StridedView? {
    guard let starts = call.integers(1), let axes = call.has(3) ? call.integers(3) : Array(starts.indices),
      let steps = call.has(4) ? call.integers(4) : starts.map({ _ in 1 }), axes.count == starts.count,
      steps.count == starts.count, target.count == shape.count, !target.contains(0)
    else { return nil }
    var view = self
    for (i, axis) in axes.enumerated() {
      guard let axis = try? call.axis(axis, rank: shape.count) else { return nil }
      let start = starts[i] < 0 ? max(0, starts[i] &+ shape[axis]) : starts[i]
      guard let next = view.moved(axis, from: start, by: steps[i]) else { return nil }
      view = next
    }
    view.shape = target
    return view
  }

  /// One index, which takes its dimension away.
  private func gathered(_ call: OperatorCall) -> StridedView? {
    guard let axis = try? call.axis(call.int("axis"), rank: shape.count), (try? call.shape(1))??.isEmpty == true,
      let index = call.integers(1)?.first, index < shape[axis], index >= -shape[axis],
      var view = moved(axis, from: index < 0 ? index + shape[axis] : index)
    else { return nil }
    view.shape.remove(at: axis)
    view.strides.remove(at: axis)
    return view
  }
}

extension Graph {
  /// What a value is the product of: a number, which may also be the inverse of a divisor, and another value.
  func scaled(_ value: ValueID) -> (factor: Double, other: ValueID)? {
    if let quotient = operands(value, of: "Div"), quotient.count == 2, let divisor = number(quotient[1]), divisor != 0 {
      return (1 / divisor, quotient[0])
    }
    guard let factors = operands(value, of: "Mul"), factors.count == 2 else { return nil }
    if let factor = number(factors[1]) { return (factor, factors[0]) }
    if let factor = number(factors[0]) { return (factor, factors[1]) }
    return nil
  }
}
