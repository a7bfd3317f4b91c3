/// Chooses boxes that do not overlap too much, best first: operands are the boxes (batch, boxes, 4), the scores (batch,
/// classes, boxes) and, all optional, the most boxes for each class, the overlap and the score that is the least.
///
/// The result lists (batch, class, box), int64.
public struct NonMaxSuppressionKernel: Kernel {
  /// Whether boxes are given by centre and size, not by two corners.
  public var centerPointBox: Bool

  public init(centerPointBox: Bool = false) { self.centerPointBox = centerPointBox }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (boxes, scores) = (try operands.tensor(0), try operands.tensor(1))
    guard boxes.spec.rank == 3, boxes.shape[2] == 4, scores.spec.rank == 3, scores.shape[0] == boxes.shape[0],
      scores.shape[2] == boxes.shape[1], let corners = boxes.elements(as: Float.self),
      let values = scores.elements(as: Float.self)
    else { throw .invalid("boxes \(boxes.spec) with scores \(scores.spec)") }
    let most = try operands.has(2) ? operands.integer(2) : 0
    let overlap = try operands.has(3) ? operands.tensor(3).doubles?.first ?? 0 : 0
    let least = try operands.has(4) ? operands.tensor(4).doubles?.first : nil
    guard overlap >= 0, overlap <= 1 else { throw .invalid("the overlap \(overlap) is not in [0, 1]") }
    var chosen: [Int64] = []
    let (classes, count) = (scores.shape[1], boxes.shape[1])
    for b in 0..<boxes.shape[0] {
      let rectangles = (0..<count).map { rectangle(corners, (b * count + $0) * 4) }
      for c in 0..<classes {
        let base = (b * classes + c) * count
        let order = (0..<count).filter { i in least.map { Double(values[base + i]) > $0 } ?? true }
          .sorted { values[base + $0] != values[base + $1] ? values[base + $0] > values[base + $1] : $0 < $1 }
        var kept: [Int] = []
        for i in order where kept.count < most {
          if kept.allSatisfy({ Double(rectangles[i].overlap(rectangles[$0])) <= overlap }) { kept.append(i) }
        }
        for i in kept { chosen += [Int64(b), Int64(c), Int64(i)] }
      }
    }
    let list = chosen
    return Prepared([TensorSpec(.int64, [list.count / 3, 3])]) { invocation in
      let y = invocation.result(0, as: Int64.self)
      for (i, value) in list.enumerated() { y[i] = value }
    }
  }

  private func rectangle(_ x: [Float], _ i: Int) -> Rectangle {
    if centerPointBox {
      let (width, height) = (x[i + 2], x[i + 3])
      return Rectangle(
        left: x[i] - width / 2, top: x[i + 1] - height / 2, right: x[i] + width / 2, bottom: x[i + 1] + height / 2)
    }
    return Rectangle(
      left: min(x[i + 1], x[i + 3]), top: min(x[i], x[i + 2]), right: max(x[i + 1], x[i + 3]),
      bottom: max(x[i], x[i + 2]))
  }

  private struct Rectangle {
    var left: Float
    var top: Float
    var right: Float
    var bottom: Float
    var area: Float { (right - left) * (bottom - top) }

    /// The share of both areas together that they have in common.
    func overlap(_ other: Rectangle) -> Float {
      let width = min(right, other.right) - max(left, other.left)
      let height = min(bottom, other.bottom) - max(top, other.top)
      guard width > 0, height > 0, area > 0, other.area > 0 else { return 0 }
      let common = width * height
      return common / (area + other.area - common)
    }
  }
}
