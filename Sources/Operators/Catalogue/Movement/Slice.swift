import Graph
import KernelRuntime

/// A part of its operand: along each axis the elements from a start to an end, in steps.
enum SliceOp: OperatorDefinition {
  static let dimensionOrder = DimensionOrder.axesOperand(3, like: 1)
  static let propagation = ValuePropagation.movement(operands: [0])

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    guard var shape = try call.shape(0) else { return [try call.tensorType(like: 0, nil)] }
    let (starts, ends) = (call.dimensions(1), call.dimensions(2))
    guard let count = try count(call) else {
      return [try call.tensorType(like: 0, call.unknownShape(rank: shape.count))]
    }
    guard !call.has(3) || call.integers(3) != nil else {
      return [try call.tensorType(like: 0, call.unknownShape(rank: shape.count))]
    }
    guard count <= shape.count else {
      throw .shape("Slice cuts \(count) axes of a tensor of \(shape.count) dimensions")
    }
    let axes = try call.axes(call.integers(3) ?? Array(0..<count), rank: shape.count)
    let steps = call.has(4) ? call.integers(4) : Array(repeating: 1, count: count)
    guard axes.count == count, (starts?.count ?? count) == count, (ends?.count ?? count) == count,
      (steps?.count ?? count) == count
    else { throw .shape("the starts, ends, axes and steps of Slice differ in number") }
    for (i, axis) in axes.enumerated() {
      if let step = steps?[i], step == 0 { throw .shape("Slice has a step of 0 on axis \(axis)") }
      guard let start = starts?[i], let end = ends?[i], let step = steps?[i],
        let extent = extent(of: shape[axis], from: start, to: end, step: step)
      else {
        shape[axis] = .local("slice\(axis)")
        continue
      }
      shape[axis] = extent
    }
    return [try call.tensorType(like: 0, shape)]
  }

  static func kernel(_ call: OperatorCall) -> any Kernel { SliceKernel() }

  /// How many axes are cut.
  private static func count(_ call: OperatorCall) throws(Diagnostic) -> Int? {
    for i in 1...2 {
      if let length = try call.length(i) { return length }
    }
    return nil
  }

  /// How many elements a slice of an extent has; nil when that depends on signs that are not known.
  private static func extent(
    of extent: Dimension, from start: Dimension, to end: Dimension, step: Int
  ) -> Dimension? {
    let backward = step < 0
    let (first, last): (Dimension, Dimension) = backward ? (-1, extent - 1) : (0, extent)
    guard let start = position(start, in: extent, from: first, to: last),
      let end = position(end, in: extent, from: first, to: last)
    else { return nil }
    let span = backward ? start - end : end - start
    return .max(0, span.ceilDivided(by: Dimension(Int(clamping: step.magnitude))))
  }

  /// The place in an extent that a bound names: one that is negative counts from the back, and one that lies outside
  /// means the nearest place.
  private static func position(
    _ bound: Dimension, in extent: Dimension, from first: Dimension, to last: Dimension
  ) -> Dimension? {
    if let number = bound.value {
      // The greatest and least numbers are how exporters write "to the end" where the extent is not known.
      if number >= Int(Int32.max) { return last }
      if number <= Int(Int32.min) { return first }
      return number < 0 ? .max(extent + bound, first) : .min(bound, last)
    }
    if let least = bound.lowerBound, least >= 0 { return .min(bound, last) }
    if let most = bound.upperBound, most < 0 { return .max(extent + bound, first) }
    return nil
  }
}
