/// Steps a window over its places in row-major order and lists what it covers at each.
struct WindowWalk {
  let window: WindowGeometry
  private var place: [Int]
  private var clipped: [(positions: Range<Int>, start: Int)]
  private var position: [Int]
  private let inputStrides: [Int]
  private let kernelStrides: [Int]

  init(_ window: WindowGeometry, at index: Int = 0) {
    self.window = window
    var rest = index
    var place = [Int](repeating: 0, count: window.rank)
    for d in stride(from: window.rank - 1, through: 0, by: -1) {
      place[d] = rest % max(1, window.output[d])
      rest /= max(1, window.output[d])
    }
    self.place = place
    position = place
    clipped = place.indices.map { window.clipped($0, at: place[$0]) }
    inputStrides = denseStrides(window.input)
    kernelStrides = denseStrides(window.kernel)
  }

  /// Moves to the next place.
  mutating func advance() {
    var d = window.rank - 1
    while d >= 0 {
      place[d] += 1
      let wraps = place[d] >= window.output[d]
      if wraps { place[d] = 0 }
      clipped[d] = window.clipped(d, at: place[d])
      if !wraps { return }
      d -= 1
    }
  }

  /// How many places along dimension `d` the window and its padding, but nothing beyond, cover.
  func paddedCount(_ d: Int) -> Int { window.paddedCount(d, at: place[d]) }

  /// Calls `body` with the kernel's index and the input's index of each element inside the input, in row-major order.
  @inline(__always)
  mutating func forEachElement(_ body: (_ kernel: Int, _ element: Int) -> Void) {
    let last = window.rank - 1
    guard last >= 0 else { return body(0, 0) }
    var (kernel, element) = (0, 0)
    for d in 0...last {
      guard !clipped[d].positions.isEmpty else { return }
      position[d] = clipped[d].positions.lowerBound
      kernel &+= position[d] &* kernelStrides[d]
      element &+= (clipped[d].start &+ position[d] &* window.dilations[d]) &* inputStrides[d]
    }
    let count = clipped[last].positions.count
    let step = window.dilations[last]
    while true {
      for i in 0..<count { body(kernel &+ i, element &+ i &* step) }
      var d = last - 1
      while d >= 0 {
        position[d] += 1
        kernel &+= kernelStrides[d]
        element &+= window.dilations[d] &* inputStrides[d]
        if position[d] < clipped[d].positions.upperBound { break }
        let count = clipped[d].positions.count
        kernel &-= count &* kernelStrides[d]
        element &-= count &* window.dilations[d] &* inputStrides[d]
        position[d] = clipped[d].positions.lowerBound
        d -= 1
      }
      if d < 0 { return }
    }
  }
}
