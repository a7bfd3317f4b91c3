import Graph
import KernelRuntime

/// Its operand cut into parts along an axis, of listed extents or as equal as may be.
enum SplitOp: OperatorDefinition {
  static let dimensionOrder = DimensionOrder.axis
  static let propagation = ValuePropagation.movement(operands: [0])

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let count = call.resultCount
    guard call.has(1) || call.has("num_outputs") else {
      throw .attribute("Split says neither how long its parts are nor, in num_outputs, how many")
    }
    guard let shape = try call.shape(0) else {
      return Array(repeating: try call.tensorType(like: 0, nil), count: count)
    }
    let axis = try call.axis(call.int("axis"), rank: shape.count)
    var results: [ValueType] = []
    for extent in try extents(call, of: shape[axis], count: count) {
      var part = shape
      part[axis] = extent
      results.append(try call.tensorType(like: 0, part))
    }
    return results
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    SplitKernel(axis: try call.int("axis"), numOutputs: call.has(1) ? nil : call.resultCount)
  }

  private static func extents(
    _ call: OperatorCall, of extent: Dimension, count: Int
  ) throws(Diagnostic) -> [Dimension] {
    if call.has(1) {
      guard let parts = call.dimensions(1) else {
        if let length = try call.length(1), length != count {
          throw .shape("Split has \(count) results but lists \(length) extents")
        }
        return (0..<count).map { .local("part\($0)") }
      }
      guard parts.count == count else { throw .shape("Split has \(count) results but lists \(parts.count) extents") }
      if let negative = parts.compactMap(\.value).first(where: { $0 < 0 }) {
        throw .shape("Split asks for an extent of \(negative)")
      }
      _ = try call.unify(parts.reduce(0, +), extent, "the sum of the parts and the extent")
      return parts
    }
    if let wanted = try call.optionalInt("num_outputs"), wanted != count {
      throw .attribute("num_outputs of Split is \(wanted), but it has \(count) results")
    }
    // Rounding up gives the last part what is left.
    let part = extent.ceilDivided(by: Dimension(count))
    if extent.floorDivided(by: Dimension(count)) == part { return Array(repeating: part, count: count) }
    return (0..<count).map { .max(0, .min(part, extent - part * Dimension($0))) }
  }
}
