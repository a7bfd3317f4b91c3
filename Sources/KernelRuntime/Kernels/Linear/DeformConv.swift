/// A convolution of images whose window's elements are each moved by an offset and read between pixels.
///
/// The operands are the images (batch, channels, height, width), the weights (output channels, channels of a group,
/// kernel), the offsets (batch, offset groups · kernel · 2, output height, output width), vertical ones first; then,
/// optional, a bias and a mask (batch, offset groups · kernel, output height, output width) of factors.
///
/// Source: ONNX's DeformConv; Zhu et al., Deformable ConvNets v2 (2018).
public struct DeformConvKernel: Kernel {
  public var dilations: [Int]
  public var group: Int
  public var offsetGroup: Int
  public var kernelShape: [Int]
  public var pads: [Int]
  public var strides: [Int]

  public init(
    dilations: [Int] = [], group: Int = 1, offsetGroup: Int = 1, kernelShape: [Int] = [], pads: [Int] = [],
    strides: [Int] = []
  ) {
    self.dilations = dilations
    self.group = group
    self.offsetGroup = offsetGroup
    self.kernelShape = kernelShape
    self.pads = pads
    self.strides = strides
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (x, w, offset) = (try operands.spec(0), try operands.spec(1), try operands.spec(2))
    for i in 1...4 where operands.has(i) { try require(try operands.spec(i), is: x.type, "operand \(i)") }
    guard x.rank == 4, w.rank == 4 else { throw .unsupported("a deformable convolution of shape \(x.shape)") }
    guard kernelShape.isEmpty || kernelShape == Array(w.shape[2...]) else {
      throw .invalid("a kernel of shape \(kernelShape) for weights of shape \(w.shape)")
    }
    guard group > 0, offsetGroup > 0, w.shape[0] % group == 0, x.shape[1] == (try checkedProduct(w.shape[1], group)),
      x.shape[1] % offsetGroup == 0
    else { throw .invalid("channels of shapes \(x.shape) and \(w.shape) in \(group) groups") }
    let window = try WindowGeometry(
      input: Array(x.shape[2...]), kernel: Array(w.shape[2...]), strides: strides, dilations: dilations, pads: pads)
    let points = try checkedProduct(offsetGroup, window.kernelCount)
    try require(offset, has: [x.shape[0], try checkedProduct(points, 2)] + window.output, "the offsets")
    if let bias = try operands.optionalSpec(3) { try require(bias, has: [w.shape[0]], "the bias") }
    if let mask = try operands.optionalSpec(4) {
      try require(mask, has: [x.shape[0], points] + window.output, "the mask")
    }
    let result = try TensorSpec.checked(x.type, [x.shape[0], w.shape[0]] + window.output)
    return try x.type.float(
      Visit(
        kernel: self, window: window, x: x.shape, w: w.shape, hasBias: operands.has(3), hasMask: operands.has(4),
        result: result))
  }

  private struct Visit: FloatVisitor {
    let kernel: DeformConvKernel
    let window: WindowGeometry
    let x: [Int]
    let w: [Int]
    let hasBias: Bool
    let hasMask: Bool
    let result: TensorSpec

    func visit<T: FloatElement>(_ type: T.Type) -> Prepared {
      typealias C = T.Compute
      return Prepared([result]) { [self] invocation in
        nonisolated(unsafe) let input = invocation.operand(0, as: T.self)
        nonisolated(unsafe) let weights = invocation.operand(1, as: T.self)
        nonisolated(unsafe) let offsets = invocation.operand(2, as: T.self)
        nonisolated(unsafe) let bias = hasBias ? invocation.operand(3, as: T.self) : nil
        nonisolated(unsafe) let mask = hasMask ? invocation.operand(4, as: T.self) : nil
        nonisolated(unsafe) let y = invocation.result(0, as: T.self)
        let (channels, height, width) = (x[1], x[2], x[3])
        let (outputs, taps, places) = (w[0], window.kernelCount, window.outputCount)
        let (perGroup, perOffset) = (w[1], channels / kernel.offsetGroup)
        let outputsPerGroup = outputs / kernel.group
        let (kernelWidth, outputWidth) = (w[3], result.shape[3])
        guard result.count > 0 else { return }
        invocation.threads.forRanges(x[0] * places, grain: 1) { range in
          // Each channel's elements under the moved window.
          withUnsafeTemporaryAllocation(of: C.self, capacity: max(1, channels * taps)) { memory in
            guard let column = memory.baseAddress else { return }
            for at in range {
              let (n, place) = at.quotientAndRemainder(dividingBy: places)
              let (i, j) = place.quotientAndRemainder(dividingBy: outputWidth)
              for channel in 0..<channels {
                let plane = input + (n * channels + channel) * height * width
                let point = channel / perOffset * taps
                for tap in 0..<taps {
                  let (row, line) = tap.quotientAndRemainder(dividingBy: kernelWidth)
                  let shift = offsets + ((n * kernel.offsetGroup * taps + point + tap) * 2) * places + place
                  let top = C(window.position(i, row, 0)) + shift[0].compute
                  let left = C(window.position(j, line, 1)) + shift[places].compute
                  var value = between(plane, top, left)
                  if let mask { value *= mask[(n * kernel.offsetGroup * taps + point + tap) * places + place].compute }
                  column[channel * taps + tap] = value
                }
              }
              for output in 0..<outputs {
                let first = output / outputsPerGroup * perGroup * taps
                let row = weights + output * perGroup * taps
                var sum = bias?[output].compute ?? 0
                for k in 0..<perGroup * taps { sum += row[k].compute * column[first + k] }
                y[(n * outputs + output) * places + place] = T(compute: sum)
              }
            }
          }
        }
      }
    }

    /// The image's value between four pixels, of which those outside are zero.
    @inline(__always)
    private func between<T: FloatElement>(_ plane: UnsafePointer<T>, _ top: T.Compute, _ left: T.Compute) -> T.Compute {
      let (height, width) = (x[2], x[3])
      guard top > -1, left > -1, top < T.Compute(height), left < T.Compute(width) else { return 0 }
      let (row, line) = (Int(top.rounded(.down)), Int(left.rounded(.down)))
      let (down, right) = (top - T.Compute(row), left - T.Compute(line))
      func pixel(_ i: Int, _ j: Int) -> T.Compute {
        i >= 0 && i < height && j >= 0 && j < width ? plane[i * width + j].compute : 0
      }
      let upper = (1 - right) * pixel(row, line) + right * pixel(row, line + 1)
      let lower = (1 - right) * pixel(row + 1, line) + right * pixel(row + 1, line + 1)
      return (1 - down) * upper + down * lower
    }
  }
}

extension WindowGeometry {
  /// Where on the input an element of the window lies along a dimension; outside it where that is padding.
  fileprivate func position(_ place: Int, _ element: Int, _ d: Int) -> Int {
    place * strides[d] - padsBegin[d] + element * dilations[d]
  }
}
