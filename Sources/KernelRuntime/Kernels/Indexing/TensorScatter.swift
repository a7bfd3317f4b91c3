/// Operand 0 with operand 1 written over a part of it: along an axis, from a position on that operand 2 says for each
/// batch; from the start without it.
public struct TensorScatterKernel: Kernel {
  public var axis: Int
  /// Whether what goes beyond the end continues at the start.
  public var isCircular: Bool

  public init(axis: Int = -2, isCircular: Bool = false) {
    self.axis = axis
    self.isCircular = isCircular
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (cache, update) = (try operands.spec(0), try operands.spec(1))
    let axis = try resolveAxis(axis, rank: cache.rank)
    guard axis > 0 else { throw .invalid("a scatter along the axis that counts the batches") }
    try require(update, is: cache.type, "the update")
    var shape = cache.shape
    let (room, length) = (shape[axis], update.rank == cache.rank ? update.shape[axis] : 0)
    shape[axis] = length
    try require(update, has: shape, "the update")
    guard length <= room else { throw .invalid("an update of \(length) elements for \(room)") }
    if let indices = try operands.optionalSpec(2) {
      try require(indices, is: .int64, "the positions")
      try require(indices, has: [cache.shape[0]], "the positions")
    }
    return try cache.type.move(
      Visit(
        kernel: self, cache: cache, room: room, length: length, inner: product(cache.shape[(axis + 1)...]),
        lines: product(cache.shape[1..<axis]), hasIndices: operands.has(2)))
  }

  private struct Visit: ElementVisitor {
    let kernel: TensorScatterKernel
    let cache: TensorSpec
    let room: Int
    let length: Int
    let inner: Int
    /// How many lines along the axis a batch has.
    let lines: Int
    let hasIndices: Bool

    func visit<T: Element>(_ type: T.Type) -> Prepared {
      Prepared([cache], inPlaceOperand: 0) { [self] (invocation: borrowing Invocation) throws(KernelError) in
        let from = invocation.operand(0, as: T.self)
        let update = invocation.operand(1, as: T.self)
        let indices = hasIndices ? invocation.operand(2, as: Int64.self) : nil
        let y = invocation.result(0, as: T.self)
        if UnsafePointer(y) != from { y.update(from: from, count: cache.count) }
        for batch in 0..<cache.shape[0] {
          var start = indices.map { Int($0[batch]) } ?? 0
          if kernel.isCircular, room > 0 { start = start.floorRemainder(room) }
          guard start >= 0, start <= (kernel.isCircular ? room : room - length) else {
            throw .invalid("\(length) elements from position \(start) on leave \(room)")
          }
          // What is left behind the end comes first.
          let tail = min(length, room - start)
          for line in batch * lines..<(batch + 1) * lines {
            let (source, target) = (update + line * length * inner, y + line * room * inner)
            (target + start * inner).update(from: source, count: tail * inner)
            target.update(from: source + tail * inner, count: (length - tail) * inner)
          }
        }
      }
    }
  }
}

extension Int {
  /// The remainder with the sign of a positive divisor.
  fileprivate func floorRemainder(_ divisor: Int) -> Int {
    let remainder = self % divisor
    return remainder < 0 ? remainder + divisor : remainder
  }
}
