/// Where in one arena each of a program's intermediate blocks lies.
///
/// Largest first, each into the lowest gap among the blocks already placed that live at the same time (Pisarchyk and
/// Lee, "Efficient Memory Management for Deep Neural Net Inference", 2020, "greedy by size").
package struct MemoryPlan {
  /// A stretch of memory and the instructions, first to last, during which it holds something.
  package struct Block {
    package var byteCount: Int
    package var lifetime: ClosedRange<Int>

    package init(byteCount: Int, lifetime: ClosedRange<Int>) {
      self.byteCount = byteCount
      self.lifetime = lifetime
    }
  }

  /// The offset of each block, in bytes.
  package private(set) var offsets: [Int]
  /// The arena's size, in bytes.
  package private(set) var byteCount = 0

  /// Complexity: O(n²) in the number of blocks.
  package init(_ blocks: [Block]) {
    offsets = Array(repeating: 0, count: blocks.count)
    let order = blocks.indices.sorted { (blocks[$0].byteCount, $1) > (blocks[$1].byteCount, $0) }
    // Kept in order of their offsets, so that one walk finds the gaps.
    var placed: [Int] = []
    for i in order where blocks[i].byteCount > 0 {
      let size = blocks[i].byteCount.roundedUp(to: Buffer.alignment)
      var offset = 0
      for j in placed where blocks[j].lifetime.overlaps(blocks[i].lifetime) {
        if offsets[j] - offset >= size { break }
        offset = max(offset, offsets[j] + blocks[j].byteCount.roundedUp(to: Buffer.alignment))
      }
      offsets[i] = offset
      byteCount = max(byteCount, offset + size)
      let position = placed.firstIndex { offsets[$0] > offset } ?? placed.endIndex
      placed.insert(i, at: position)
    }
  }

  /// The least any plan could do with: the most bytes that are alive during one instruction.
  package static func lowerBound(_ blocks: [Block]) -> Int {
    // By how much each instruction changes what is alive.
    var changes = Array(repeating: 0, count: (blocks.map(\.lifetime.upperBound).max() ?? 0) + 2)
    for block in blocks {
      changes[block.lifetime.lowerBound] += block.byteCount
      changes[block.lifetime.upperBound + 1] -= block.byteCount
    }
    var alive = 0
    var most = 0
    for change in changes {
      alive += change
      most = max(most, alive)
    }
    return most
  }
}

extension Int {
  /// The least multiple of `unit` that is not less.
  func roundedUp(to unit: Int) -> Int { (self + unit - 1) / unit * unit }
}
