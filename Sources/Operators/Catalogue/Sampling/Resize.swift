import Graph
import KernelRuntime

/// Its operand with other extents, by interpolation: given ones, or old ones times given scales.
enum ResizeOp: OperatorDefinition {
  static let dimensionOrder = DimensionOrder.axes

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    guard var shape = try call.shape(0) else { return [try call.tensorType(like: 0, nil)] }
    let axes = try call.axes(call.optionalInts("axes") ?? Array(shape.indices), rank: shape.count)
    let extents = try extents(call, axes.map { shape[$0] })
    for (axis, extent) in zip(axes, extents) { shape[axis] = extent }
    return [try call.tensorType(like: 0, shape)]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    ResizeKernel(
      mode: try call.choice("mode"),
      coordinateTransformationMode: try call.choice("coordinate_transformation_mode"),
      nearestMode: try call.choice("nearest_mode"), keepAspectRatioPolicy: try call.choice("keep_aspect_ratio_policy"),
      axes: try call.optionalInts("axes"), antialias: try call.flag("antialias"),
      cubicCoeffA: Double(try call.float("cubic_coeff_a")), excludeOutside: try call.flag("exclude_outside"),
      extrapolationValue: Double(try call.float("extrapolation_value")))
  }

  /// The new extents along the axes that are resized.
  private static func extents(_ call: OperatorCall, _ old: [Dimension]) throws(Diagnostic) -> [Dimension] {
    let policy: ResizeKernel.AspectPolicy = try call.choice("keep_aspect_ratio_policy")
    let unknown = old.indices.map { Dimension.local("d\($0)") }
    // An absent list may also be there and empty.
    let hasSizes = call.has(3) ? try call.length(3) != 0 : false
    let hasScales = call.has(2) ? try call.length(2) != 0 : false
    guard hasSizes != hasScales else {
      throw .attribute("Resize takes either scales or sizes, not \(hasSizes ? "both" : "none")")
    }
    for i in [2, 3] where i == 3 ? hasSizes : hasScales {
      if let count = try call.length(i), count != old.count {
        throw .shape("input \(i) of Resize lists \(count) numbers for \(old.count) axes")
      }
    }
    if hasSizes, policy == .stretch { return call.dimensions(3) ?? unknown }
    if hasScales {
      guard let scales = call.known(2)?.doubles, scales.count == old.count else { return unknown }
      var result: [Dimension] = []
      for (i, scale) in scales.enumerated() { result.append(try scaled(old[i], by: scale) ?? unknown[i]) }
      return result
    }
    // A scale for all axes depends on all their extents.
    let numbers = old.compactMap(\.value)
    guard let sizes = call.integers(3), numbers.count == old.count, !numbers.contains(0) else { return unknown }
    return try unwrap { () throws(KernelError) in
      try ResizeKernel.extents(numbers, axes: Array(numbers.indices), scales: nil, sizes: sizes, policy: policy)
    }.sizes.map { Dimension($0) }
  }

  /// An extent times a scale, rounded down; nil for one that is not known unless the scale or its inverse is an integer.
  private static func scaled(_ extent: Dimension, by scale: Double) throws(Diagnostic) -> Dimension? {
    if let number = extent.value {
      let result = try unwrap { () throws(KernelError) in
        try ResizeKernel.extents([number], axes: [0], scales: [scale], sizes: nil, policy: .stretch)
      }
      return result.sizes.first.map { Dimension($0) }
    }
    if let factor = Int(exactly: scale), factor > 0 { return extent * Dimension(factor) }
    if scale > 0, let divisor = Int(exactly: 1 / scale) { return extent.floorDivided(by: Dimension(divisor)) }
    return nil
  }
}
