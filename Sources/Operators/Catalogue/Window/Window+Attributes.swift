import Graph
import KernelRuntime

/// What the attributes of a convolution or pooling say of its window.
struct WindowAttributes {
  var autoPad: AutoPad
  /// Empty lists stand for the standard's defaults.
  var kernelShape: [Int]
  var strides: [Int]
  var dilations: [Int]
  var pads: [Int]
  var ceilMode: Bool

  init(_ call: OperatorCall) throws(Diagnostic) {
    autoPad = call.has("auto_pad") ? try call.choice("auto_pad") : .notSet
    kernelShape = try call.optionalInts("kernel_shape") ?? []
    strides = try call.optionalInts("strides") ?? []
    dilations = try call.optionalInts("dilations") ?? []
    pads = try call.optionalInts("pads") ?? []
    ceilMode = call.has("ceil_mode") ? try call.flag("ceil_mode") : false
  }

  /// The places of the window along each spatial dimension.
  ///
  /// - Parameters:
  ///   - input: the spatial extents.
  ///   - kernel: the window's.
  func places(on input: [Dimension], kernel: [Dimension], _ call: OperatorCall) throws(Diagnostic) -> [Dimension] {
    let rank = input.count
    guard kernel.count == rank else {
      throw .shape("the window of \(call.op) has \(kernel.count) dimensions, its input \(rank)")
    }
    try check(rank: rank, call)
    var result: [Dimension] = []
    for d in 0..<rank {
      guard let reach = kernel[d].value else {
        result.append(.local("window\(d)"))
        continue
      }
      // Where the extent is not known the window still shows whether it makes sense on a large one.
      let number = input[d].value ?? 1 << 32
      let geometry = try unwrap { () throws(KernelError) in
        try WindowGeometry(
          input: [number], kernel: [reach], strides: item(strides, d), dilations: item(dilations, d),
          pads: pads.isEmpty ? [] : [pads[d], pads[rank + d]], autoPad: autoPad, ceilMode: ceilMode)
      }
      result.append(input[d].value == nil ? places(on: input[d], geometry) : Dimension(geometry.output[0]))
    }
    return result
  }

  private func item(_ list: [Int], _ d: Int) -> [Int] { list.isEmpty ? [] : [list[d]] }

  private func check(rank: Int, _ call: OperatorCall) throws(Diagnostic) {
    for (name, list) in [("strides", strides), ("dilations", dilations), ("pads", pads)] where !list.isEmpty {
      let expected = name == "pads" ? 2 * rank : rank
      guard list.count == expected else {
        throw .attribute("\(name) of \(call.op) must be \(expected) numbers, not \(list.count)")
      }
    }
  }

  /// As `WindowGeometry`, for an extent that is not known.
  private func places(on input: Dimension, _ geometry: WindowGeometry) -> Dimension {
    let stride = Dimension(geometry.strides[0])
    if autoPad == .sameUpper || autoPad == .sameLower { return input.ceilDivided(by: stride) }
    let (before, after) = (geometry.padsBegin[0], geometry.padsEnd[0])
    let reach = (geometry.kernel[0] - 1) * geometry.dilations[0] + 1
    guard ceilMode, autoPad == .notSet else {
      return (input + Dimension(before + after - reach)).floorDivided(by: stride) + 1
    }
    // One more window hangs over the end, unless it would start behind the input.
    let slack = min(after - reach + geometry.strides[0], 0)
    return (input + Dimension(before + slack)).ceilDivided(by: stride)
  }
}
