/// Where a window operator gets its padding from.
public enum AutoPad: String, Codable, Sendable {
  case notSet = "NOTSET"
  case sameUpper = "SAME_UPPER"
  case sameLower = "SAME_LOWER"
  case valid = "VALID"
}

extension [Int] {
  /// A number for each dimension, of images of rank 2 or sequences of rank 1, as those of images: a sequence is one of
  /// one row. None stay none.
  ///
  /// - Parameter row: the number for the row.
  func overImages(rank: Int, row: Int = 1) -> [Int] { rank == 2 || isEmpty ? self : [row] + self }

  /// As `overImages` for pads, all beginnings, then all ends.
  func padsOverImages(rank: Int) -> [Int] {
    rank == 2 || isEmpty ? self : [0] + prefix(count / 2) + [0] + dropFirst(count / 2)
  }
}

/// The places at which a window stands on its input, along each spatial dimension.
public struct WindowGeometry: Hashable, Sendable {
  public let input: [Int]
  public let kernel: [Int]
  public let strides: [Int]
  public let dilations: [Int]
  /// What lies before and after the input.
  public let padsBegin: [Int]
  public let padsEnd: [Int]
  /// The number of places.
  public let output: [Int]

  /// - Parameters:
  ///   - pads: all beginnings, then all ends; counts only when `autoPad` is not set. Empty lists stand for zeros
  ///     here and for ones in `strides` and `dilations`.
  ///   - ceilMode: whether a window may hang over the end, as long as it starts inside the input or the padding
  ///     before it.
  /// - Throws: when lengths or values make no sense, or a window is larger than the padded input.
  public init(
    input: [Int], kernel: [Int], strides: [Int] = [], dilations: [Int] = [], pads: [Int] = [],
    autoPad: AutoPad = .notSet, ceilMode: Bool = false
  ) throws(KernelError) {
    let rank = input.count
    let strides = strides.isEmpty ? [Int](repeating: 1, count: rank) : strides
    let dilations = dilations.isEmpty ? [Int](repeating: 1, count: rank) : dilations
    let pads = pads.isEmpty || autoPad != .notSet ? [Int](repeating: 0, count: 2 * rank) : pads
    guard kernel.count == rank, strides.count == rank, dilations.count == rank, pads.count == 2 * rank else {
      throw .invalid(
        "kernel \(kernel), strides \(strides), dilations \(dilations) or pads \(pads) do not fit \(rank) dimensions")
    }
    // Bounds far beyond any tensor, which keep the arithmetic below from overflowing.
    let limit = 1 << 40
    func isSane(_ values: [Int], from least: Int) -> Bool { values.allSatisfy { $0 >= least && $0 < limit } }
    guard isSane(kernel, from: 1), isSane(strides, from: 1), isSane(dilations, from: 1), isSane(pads, from: 0),
      isSane(input, from: 0)
    else { throw .invalid("kernel \(kernel), strides \(strides), dilations \(dilations) or pads \(pads) are invalid") }
    var (begins, ends, output) = ([Int](), [Int](), [Int]())
    for d in 0..<rank {
      let reach = try WindowGeometry.reach(kernel[d], dilations[d])
      switch autoPad {
      case .sameUpper, .sameLower:
        let places = (input[d] + strides[d] - 1) / strides[d]
        let total = max(0, max(0, places - 1) * strides[d] + reach - input[d])
        begins.append(autoPad == .sameUpper ? total / 2 : total - total / 2)
        ends.append(total - begins[d])
        output.append(places)
      case .valid, .notSet:
        begins.append(pads[d])
        ends.append(pads[rank + d])
        output.append(
          try Self.extent(
            input: input[d], reach: reach, stride: strides[d], before: begins[d], after: ends[d],
            ceilMode: ceilMode && autoPad == .notSet))
      }
    }
    self.input = input
    self.kernel = kernel
    self.strides = strides
    self.dilations = dilations
    padsBegin = begins
    padsEnd = ends
    self.output = output
  }

  /// How many elements a dilated window spans.
  private static func reach(_ kernel: Int, _ dilation: Int) throws(KernelError) -> Int {
    let reach = try checkedSum(try checkedProduct(kernel - 1, dilation), 1)
    guard reach < 1 << 40 else { throw .invalid("a window of \(reach) elements is too large") }
    return reach
  }

  private static func extent(
    input: Int, reach: Int, stride: Int, before: Int, after: Int, ceilMode: Bool
  ) throws(KernelError) -> Int {
    let room = input + before + after - reach
    guard room >= 0 else {
      if input == 0 { return 0 }
      throw .invalid("a window of \(reach) elements does not fit into \(input + before + after)")
    }
    guard ceilMode else { return room / stride + 1 }
    let places = (room + stride - 1) / stride + 1
    return (places - 1) * stride >= input + before ? places - 1 : places
  }

  public var rank: Int { input.count }
  /// The number of elements of a window.
  var kernelCount: Int { product(kernel) }
  var outputCount: Int { product(output) }
  var inputCount: Int { product(input) }

  /// The elements along dimension `d` that the window at `place` covers and that lie inside the input: the kernel's
  /// positions, and the input's position of its position 0, which may lie outside.
  @inline(__always)
  func clipped(_ d: Int, at place: Int) -> (positions: Range<Int>, start: Int) {
    let start = place &* strides[d] &- padsBegin[d]
    let dilation = dilations[d]
    let first = start >= 0 ? 0 : (dilation &- 1 &- start) / dilation
    let end = start >= input[d] ? 0 : min(kernel[d], (input[d] &- start &+ dilation &- 1) / dilation)
    return (first..<max(first, end), start)
  }

  /// How many places along dimension `d` the window at `place` covers in the input and its padding.
  func paddedCount(_ d: Int, at place: Int) -> Int {
    let start = place &* strides[d]
    let end = padsBegin[d] &+ input[d] &+ padsEnd[d]
    guard start < end else { return 0 }
    return min(kernel[d], (end &- start &+ dilations[d] &- 1) / dilations[d])
  }
}
