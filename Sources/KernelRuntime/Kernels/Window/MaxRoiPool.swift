/// The greatest element in each cell of a grid laid over regions of operand 0 (batch, channels, height, width): operand
/// 1 lists, for each region, its batch and two corners.
public struct MaxRoiPoolKernel: Kernel {
  /// The grid's rows and columns.
  public var pooledShape: [Int]
  public var spatialScale: Double

  public init(pooledShape: [Int], spatialScale: Double = 1) {
    self.pooledShape = pooledShape
    self.spatialScale = spatialScale
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (x, regions) = (try operands.spec(0), try operands.spec(1))
    guard x.rank == 4, regions.rank == 2, regions.shape[1] == 5, pooledShape.count == 2,
      pooledShape.allSatisfy({ $0 > 0 })
    else { throw .invalid("regions of shape \(regions.shape) of shape \(x.shape)") }
    try require(regions, is: x.type, "the regions")
    let result = try TensorSpec.checked(x.type, [regions.shape[0], x.shape[1]] + pooledShape)
    return try x.type.float(Visit(scale: spatialScale, x: x.shape, result: result))
  }

  private struct Visit: FloatVisitor {
    let scale: Double
    let x: [Int]
    let result: TensorSpec

    func visit<T: FloatElement>(_ type: T.Type) -> Prepared {
      Prepared([result]) { [self] (invocation: borrowing Invocation) throws(KernelError) in
        let image = invocation.operand(0, as: T.self)
        let regions = invocation.operand(1, as: T.self)
        let y = invocation.result(0, as: T.self)
        let (channels, height, width) = (x[1], x[2], x[3])
        let (rows, columns) = (result.shape[2], result.shape[3])
        for r in 0..<result.shape[0] {
          let numbers = (0..<5).map { regions[r * 5 + $0].compute.double }
          guard numbers.allSatisfy({ ($0 * scale).magnitude < 1e9 && $0.magnitude < 1e9 }), numbers[0] >= 0,
            Int(numbers[0]) < x[0]
          else { throw .invalid("region \(r) is out of range") }
          let batch = Int(numbers[0])
          let corners = numbers.dropFirst().map { Int(($0 * scale).rounded()) }
          // A region holds both its corners, and at least one element.
          let cellHeight = Double(max(corners[3] - corners[1] + 1, 1)) / Double(rows)
          let cellWidth = Double(max(corners[2] - corners[0] + 1, 1)) / Double(columns)
          func span(_ i: Int, _ cell: Double, _ start: Int, _ extent: Int) -> Range<Int> {
            let first = min(max(Int((Double(i) * cell).rounded(.down)) + start, 0), extent)
            let last = min(max(Int((Double(i + 1) * cell).rounded(.up)) + start, 0), extent)
            return first..<max(first, last)
          }
          for c in 0..<channels {
            let plane = image + (batch * channels + c) * height * width
            for i in 0..<rows {
              for j in 0..<columns {
                let (rowSpan, columnSpan) = (
                  span(i, cellHeight, corners[1], height), span(j, cellWidth, corners[0], width)
                )
                var greatest = rowSpan.isEmpty || columnSpan.isEmpty ? T.Compute.zero : T.Compute.lowest
                for row in rowSpan {
                  for column in columnSpan { greatest = max(greatest, plane[row * width + column].compute) }
                }
                y[((r * channels + c) * rows + i) * columns + j] = T(compute: greatest)
              }
            }
          }
        }
      }
    }
  }
}
