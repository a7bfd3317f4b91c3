/// The weights that turn a spectrum into mel bins: triangles that overlap by half, at equal distances on the mel scale.
///
/// Operands, all scalars: the number of bins, of the transform's points, of samples in a second, and the least and
/// greatest frequency.
public struct MelWeightMatrixKernel: Kernel {
  public var type: ElementType

  public init(type: ElementType = .float) { self.type = type }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (bins, points, rate) = (try operands.integer(0), try operands.integer(1), try operands.integer(2))
    guard let low = try operands.tensor(3).doubles?.first, let high = try operands.tensor(4).doubles?.first,
      bins >= 0, bins < 1 << 28, points >= 0, rate > 0, low >= 0, high >= low, high.isFinite
    else { throw .invalid("\(bins) bins of \(points) points at \(rate) samples in a second") }
    let rows = points / 2 + 1
    let full = try TensorSpec.checked(.double, [rows, bins])
    guard full.count < 1 << 28 else { throw KernelError(.memory, "a matrix of \(rows) by \(bins) weights") }
    func mel(_ hertz: Double) -> Double { 2595 / Double(10).naturalLogarithm * (1 + hertz / 700).naturalLogarithm }
    func hertz(_ mel: Double) -> Double { 700 * ((mel / 2595 * Double(10).naturalLogarithm).exponential - 1) }
    let step = (mel(high) - mel(low)) / Double(bins + 2)
    var edges: [Int] = []
    for i in 0..<(bins + 2) {
      let edge = (Double(points + 1) * hertz(mel(low) + Double(i) * step) / Double(rate)).rounded(.down)
      guard edge >= 0, edge < Double(rows) else { throw .invalid("the frequencies are beyond half the sample rate") }
      edges.append(Int(edge))
    }
    var weights = [Double](repeating: 0, count: full.count)
    for i in 0..<bins {
      let (left, center, right) = (edges[i], edges[i + 1], edges[i + 2])
      if left == center { weights[center * bins + i] = 1 }
      for j in left..<max(center + 1, left) where center > left {
        weights[j * bins + i] = Double(j - left) / Double(center - left)
      }
      for j in center..<right { weights[j * bins + i] = Double(right - j) / Double(right - center) }
    }
    let matrix = try Tensor(weights, shape: full.shape)
    let cast = try CastKernel(to: type).prepare(Operands([Operand(matrix)]), options: options)
    return Prepared(cast.results, scratchBytes: cast.scratchBytes) {
      (invocation: borrowing Invocation) throws(KernelError) in
      try cast.run(
        [UnsafeMutableRawPointer(mutating: matrix.address)],
        [UnsafeMutableRawPointer(invocation.result(0, as: UInt8.self))], like: invocation)
    }
  }
}
