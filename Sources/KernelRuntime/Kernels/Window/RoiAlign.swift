/// Samples regions of operand 0 (batch, channels, height, width) on a grid: operand 1 lists the regions by two corners,
/// operand 2 their batches.
public struct RoiAlignKernel: Kernel {
  public var isMax: Bool
  public var outputHeight: Int
  public var outputWidth: Int
  /// How many samples a cell takes along each dimension; 0 for as many as fit.
  public var samplingRatio: Int
  public var spatialScale: Double
  /// Whether coordinates count from the elements' corners; ONNX's `half_pixel`.
  public var halfPixel: Bool

  public init(
    isMax: Bool = false, outputHeight: Int = 1, outputWidth: Int = 1, samplingRatio: Int = 0, spatialScale: Double = 1,
    halfPixel: Bool = true
  ) {
    self.isMax = isMax
    self.outputHeight = outputHeight
    self.outputWidth = outputWidth
    self.samplingRatio = samplingRatio
    self.spatialScale = spatialScale
    self.halfPixel = halfPixel
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (x, regions, batches) = (try operands.spec(0), try operands.spec(1), try operands.spec(2))
    guard x.rank == 4, regions.rank == 2, regions.shape[1] == 4, outputHeight > 0, outputWidth > 0, samplingRatio >= 0,
      samplingRatio < 1 << 16
    else { throw .invalid("regions of shape \(regions.shape) of shape \(x.shape)") }
    try require(regions, is: x.type, "the regions")
    try require(batches, has: [regions.shape[0]], "the batches")
    let result = try TensorSpec.checked(x.type, [regions.shape[0], x.shape[1], outputHeight, outputWidth])
    guard result.count == 0 || x.shape[2] * x.shape[3] > 0 else { throw .invalid("nothing to sample") }
    return try x.type.float(
      Visit(kernel: self, x: x.shape, result: result, reader: try IndexReader(batches, "the batches")))
  }

  private struct Visit: FloatVisitor {
    let kernel: RoiAlignKernel
    let x: [Int]
    let result: TensorSpec
    let reader: IndexReader

    func visit<T: FloatElement>(_ type: T.Type) -> Prepared {
      Prepared([result]) { [self] (invocation: borrowing Invocation) throws(KernelError) in
        nonisolated(unsafe) let image = invocation.operand(0, as: T.self)
        let regions = invocation.operand(1, as: T.self)
        nonisolated(unsafe) let y = invocation.result(0, as: T.self)
        let batches = try reader.all(invocation.operand(2), result.shape[0], x[0])
        let (channels, height, width) = (x[1], x[2], x[3])
        for r in 0..<result.shape[0] {
          let shift = kernel.halfPixel ? 0.5 : 0
          let corners = (0..<4).map { regions[r * 4 + $0].compute.double * kernel.spatialScale - shift }
          guard corners.allSatisfy({ $0.magnitude < 1e6 }) else { throw .invalid("region \(r) is out of range") }
          var (w, h) = (corners[2] - corners[0], corners[3] - corners[1])
          // Without half pixels, regions are at least one element large.
          if !kernel.halfPixel { (w, h) = (max(w, 1), max(h, 1)) }
          let (cellHeight, cellWidth) = (h / Double(kernel.outputHeight), w / Double(kernel.outputWidth))
          let rows = kernel.samplingRatio > 0 ? kernel.samplingRatio : max(0, Int(cellHeight.rounded(.up)))
          let columns = kernel.samplingRatio > 0 ? kernel.samplingRatio : max(0, Int(cellWidth.rounded(.up)))
          let (top, left) = (corners[1], corners[0])
          let batch = batches[r]
          invocation.threads.forRanges(channels, grain: 1) { range in
            for c in range {
              let plane = image + (batch * channels + c) * height * width
              for i in 0..<kernel.outputHeight {
                for j in 0..<kernel.outputWidth {
                  var sum = 0.0
                  var greatest = -Double.infinity
                  for sampleRow in 0..<rows {
                    let v = top + (Double(i) + (Double(sampleRow) + 0.5) / Double(rows)) * cellHeight
                    for sampleColumn in 0..<columns {
                      let u = left + (Double(j) + (Double(sampleColumn) + 0.5) / Double(columns)) * cellWidth
                      let (value, corner) = sample(plane, v, u, height, width)
                      sum += value
                      greatest = max(greatest, corner)
                    }
                  }
                  let count = Double(max(1, rows * columns))
                  let value = kernel.isMax ? (rows * columns > 0 ? greatest : 0) : sum / count
                  y[((r * channels + c) * kernel.outputHeight + i) * kernel.outputWidth + j] = T(
                    compute: T.Compute(double: value))
                }
              }
            }
          }
        }
      }
    }

    /// The interpolated value, and the greatest of its four weighted parts.
    @inline(__always)
    private func sample<T: FloatElement>(
      _ plane: UnsafePointer<T>, _ v: Double, _ u: Double, _ height: Int, _ width: Int
    ) -> (value: Double, greatest: Double) {
      guard v >= -1, v <= Double(height), u >= -1, u <= Double(width) else { return (0, 0) }
      let (y, x) = (min(max(v, 0), Double(height - 1)), min(max(u, 0), Double(width - 1)))
      let (row, column) = (Int(y), Int(x))
      let (nextRow, nextColumn) = (min(row + 1, height - 1), min(column + 1, width - 1))
      let (dy, dx) = (y - Double(row), x - Double(column))
      func at(_ i: Int, _ j: Int) -> Double { plane[i * width + j].compute.double }
      let parts = [
        (1 - dy) * (1 - dx) * at(row, column), (1 - dy) * dx * at(row, nextColumn),
        dy * (1 - dx) * at(nextRow, column), dy * dx * at(nextRow, nextColumn),
      ]
      return (parts[0] + parts[1] + parts[2] + parts[3], max(max(parts[0], parts[1]), max(parts[2], parts[3])))
    }
  }
}
