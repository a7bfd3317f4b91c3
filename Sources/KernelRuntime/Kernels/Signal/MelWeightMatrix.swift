/// The matrix (spectrum bins, mel bins) that turns a linear spectrum into one on the mel scale: overlapping triangles,
/// whose corners are evenly spaced on that scale.
///
/// The operands are numbers: of mel bins, the transform's length, the sample rate, and the lowest and highest frequency.
public struct MelWeightMatrixKernel: Kernel {
  public var type: ElementType

  public init(type: ElementType = .float) { self.type = type }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (bins, length, rate) = (try operands.integer(0), try operands.integer(1), try operands.integer(2))
    guard let low = try operands.tensor(3).doubles?.first, let high = try operands.tensor(4).doubles?.first else {
      throw .invalid("the lowest and highest frequency must be numbers")
    }
    guard bins > 0, bins <= 1 << 20, length > 0, length < Int(Int32.max), rate > 0 else {
      throw .invalid("\(bins) mel bins of a transform of length \(length) at \(rate) samples a second")
    }
    let result = try TensorSpec.checked(type, [length / 2 + 1, bins])
    func mel(_ hertz: Double) -> Double { 2595 * (hertz / 700).logarithmOnePlus / 10.0.naturalLogarithm }
    let step = (mel(high) - mel(low)) / Double(bins + 2)
    var corners: [Int] = []
    for i in 0..<bins + 2 {
      let hertz = 700 * ((mel(low) + step * Double(i)) / 2595 * 10.0.naturalLogarithm).exponentialMinusOne
      let corner = (Double(length + 1) * hertz / Double(rate)).rounded(.down)
      guard corner >= 0, corner <= Double(length / 2 + 1) else {
        throw .invalid("frequencies of \(low) to \(high) Hz at \(rate) samples a second")
      }
      corners.append(Int(corner))
    }
    return try type.numeric(Visit(corners: corners, result: result))
  }

  private struct Visit: NumericVisitor {
    let corners: [Int]
    let result: TensorSpec
    func visit<T: NumericElement>(_ type: T.Type) -> Prepared {
      Prepared([result]) { [self] invocation in
        let y = invocation.result(0, as: T.self)
        let (rows, columns) = (result.shape[0], result.shape[1])
        for column in 0..<columns {
          let (left, center, right) = (corners[column], corners[column + 1], corners[column + 2])
          for row in 0..<rows {
            let weight: Double =
              if row >= center, row < right {
                Double(right - row) / Double(right - center)
              } else if row == center {
                1
              } else if row >= left, row < center {
                Double(row - left) / Double(center - left)
              } else {
                0
              }
            y[row * columns + column] = T(compute: T.Compute(double: weight))
          }
        }
      }
    }
  }
}
