/// Where padding comes from.
public enum PadMode: String, Codable, Sendable {
  case constant, reflect, edge, wrap
}

/// Adds elements before and after operand 0 along some axes, or takes some away where the number is negative.
///
/// Operand 1 lists all numbers at the beginnings, then all at the ends; operand 2, the constant (zero by default), and
/// operand 3, the axes (all by default), are optional.
public struct PadKernel: Kernel {
  public var mode: PadMode

  public init(mode: PadMode = .constant) { self.mode = mode }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    let pads = try operands.integers(1)
    let axes = try resolveAxes(try operands.optionalIntegers(3) ?? Array(0..<x.rank), rank: x.rank)
    guard pads.count == 2 * axes.count else { throw .invalid("\(pads.count) pads for \(axes.count) axes") }
    var shape = x.shape
    var begins = [Int](repeating: 0, count: x.rank)
    for (i, axis) in axes.enumerated() {
      begins[axis] = pads[i]
      shape[axis] = try checkedSum(try checkedSum(shape[axis], pads[i]), pads[axes.count + i])
      guard shape[axis] >= 0 else { throw .invalid("pads \(pads) leave a negative extent of shape \(x.shape)") }
    }
    if let constant = try operands.optionalSpec(2) {
      try require(constant, is: x.type, "operand 2")
      guard constant.count == 1 else { throw .invalid("operand 2 must be a scalar") }
    }
    let result = try TensorSpec.checked(x.type, shape)
    if mode != .constant, result.count > 0, x.count == 0 { throw .invalid("nothing to pad shape \(x.shape) with") }
    let isEmpty = result.count == 0
    let maps = isEmpty ? [] : (0..<x.rank).map { d in (0..<shape[d]).map { source($0 - begins[d], x.shape[d]) } }
    return try x.type.move(Visit(result: result, input: x.shape, maps: maps, hasConstant: operands.has(2)))
  }

  /// The index in an extent that a position, which may lie outside, takes its element from; -1 for the constant.
  private func source(_ position: Int, _ extent: Int) -> Int {
    if position >= 0 && position < extent { return position }
    switch mode {
    case .constant: return -1
    case .edge: return position < 0 ? 0 : extent - 1
    case .wrap: return ((position % extent) + extent) % extent
    case .reflect:
      guard extent > 1 else { return 0 }
      let period = 2 * (extent - 1)
      let phase = ((position % period) + period) % period
      return min(phase, period - phase)
    }
  }

  private struct Visit: ElementVisitor {
    let result: TensorSpec
    let input: [Int]
    let maps: [[Int]]
    let hasConstant: Bool

    func visit<T: Element>(_ type: T.Type) -> Prepared {
      let strides = denseStrides(input)
      let rank = input.count
      let width = result.shape.last ?? 1
      let count = result.count
      // The stretch of the innermost dimension that is copied in one piece.
      let inner = maps.last ?? [0]
      let middle = inner.firstIndex(of: 0) ?? 0
      var length = 0
      while middle + length < inner.count, inner[middle + length] == length { length += 1 }
      return Prepared([result]) { [result, maps, hasConstant, middle, length] invocation in
        nonisolated(unsafe) let x = invocation.operand(0, as: T.self)
        nonisolated(unsafe) let y = invocation.result(0, as: T.self)
        nonisolated(unsafe) let constant = hasConstant ? invocation.operand(2, as: T.self) : nil
        guard count > 0 else { return }
        let rows = count / width
        invocation.threads.forRanges(rows, grain: max(1, cheapGrain / max(1, width))) { range in
          for row in range {
            var rest = row
            var base = 0
            var isInside = true
            for d in stride(from: rank - 2, through: 0, by: -1) {
              let (quotient, at) = rest.quotientAndRemainder(dividingBy: result.shape[d])
              let from = maps[d][at]
              if from < 0 { isInside = false }
              base += from * strides[d]
              rest = quotient
            }
            let to = y + row * width
            func fill(_ range: Range<Int>) {
              for i in range {
                let from = inner[i]
                if isInside && from >= 0 {
                  to[i] = x[base + from]
                } else if let constant {
                  to[i] = constant[0]
                } else {
                  setZero(to + i)
                }
              }
            }
            if isInside {
              fill(0..<middle)
              (to + middle).update(from: x + base, count: length)
              fill(middle + length..<width)
            } else {
              fill(0..<width)
            }
          }
        }
      }
    }
  }
}

/// Writes the element whose bits are all zero: zero, false or the empty string.
@inline(__always)
func setZero<T: Element>(_ to: UnsafeMutablePointer<T>) {
  if T.self == String.self {
    UnsafeMutableRawPointer(to).assumingMemoryBound(to: String.self).pointee = ""
  } else {
    UnsafeMutableRawPointer(to).initializeMemory(as: UInt8.self, repeating: 0, count: MemoryLayout<T>.size)
  }
}
