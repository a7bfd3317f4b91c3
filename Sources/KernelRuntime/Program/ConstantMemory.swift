import Synchronization

/// Memory for the packed constants of a program: pieces cut one after the other from blocks of large pages. Pages of
/// their own would cost small weights a fault every few kilobytes when they are packed, and as many entries of the
/// processor's tables in each run.
final class ConstantMemory: Sendable {
  private struct State {
    /// The size of the elements that have still to be packed.
    var unpackedBytes: Int
    var block: Buffer?
    var used = 0
  }

  private let state: Mutex<State>

  /// - Parameter unpackedBytes: the size of all elements that may have to be packed.
  init(unpackedBytes: Int) {
    state = Mutex(State(unpackedBytes: unpackedBytes))
  }

  /// Memory for the packed form of some elements; it keeps the block that it was cut from.
  func buffer(byteCount: Int, for elements: Tensor) throws(KernelError) -> Buffer {
    try state.withLock { (state) throws(KernelError) in
      defer { state.unpackedBytes -= elements.byteCount }
      if state.block.map({ $0.byteCount - state.used < byteCount }) ?? true {
        // What remains is expected to grow as these elements do. A large page is cleared whole: none for a small rest.
        let growth = Double(byteCount) / Double(max(elements.byteCount, 1))
        let expected = min(Double(max(state.unpackedBytes, 0)) * growth, Self.largestBlock)
        guard expected >= Double(max(Buffer.largePagesLimit, 2 * byteCount)) else {
          return try Buffer(byteCount: byteCount)
        }
        (state.block, state.used) = (try Buffer(byteCount: Int(expected)), 0)
      }
      guard let block = state.block else { return try Buffer(byteCount: byteCount) }
      defer { state.used = min((state.used + byteCount).roundedUp(to: Buffer.alignment), block.byteCount) }
      return Buffer(borrowing: UnsafeRawBufferPointer(start: block.start + state.used, count: byteCount), owner: block)
    }
  }

  private static let largestBlock = Double(1 << 26)
}
