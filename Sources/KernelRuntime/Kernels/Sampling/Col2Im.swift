/// Adds up the columns of operand 0 (batch, channels · block, blocks), each a block of an image of the extents that
/// operand 1 lists; operand 2 lists the block's.
public struct Col2ImKernel: Kernel {
  public var dilations: [Int]
  public var pads: [Int]
  public var strides: [Int]

  public init(dilations: [Int] = [], pads: [Int] = [], strides: [Int] = []) {
    self.dilations = dilations
    self.pads = pads
    self.strides = strides
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    let (image, block) = (try operands.integers(1), try operands.integers(2))
    let window = try WindowGeometry(
      input: image, kernel: block, strides: strides, dilations: dilations, pads: pads)
    let blockCount = try TensorSpec.checked(.bool, block).count
    _ = try TensorSpec.checked(.bool, window.output)
    guard x.rank == 3, blockCount > 0, x.shape[1] % blockCount == 0, x.shape[2] == window.outputCount else {
      throw .invalid("columns of shape \(x.shape) for \(window.outputCount) blocks of \(block)")
    }
    let channels = x.shape[1] / blockCount
    let result = try TensorSpec.checked(x.type, [x.shape[0], channels] + image)
    return try x.type.numeric(Visit(window: window, planes: x.shape[0] * channels, result: result))
  }

  private struct Visit: NumericVisitor {
    let window: WindowGeometry
    let planes: Int
    let result: TensorSpec
    func visit<T: NumericElement>(_ type: T.Type) -> Prepared {
      Prepared([result]) { [self] invocation in
        nonisolated(unsafe) let x = invocation.operand(0, as: T.self)
        nonisolated(unsafe) let y = invocation.result(0, as: T.self)
        let (inputCount, places, kernelCount) = (window.inputCount, window.outputCount, window.kernelCount)
        invocation.threads.forRanges(planes, grain: 1) { range in
          withUnsafeTemporaryAllocation(of: T.Compute.self, capacity: inputCount) { memory in
            guard let sums = memory.baseAddress else { return }
            for plane in range {
              for i in 0..<inputCount { sums[i] = .zero }
              var walk = WindowWalk(window)
              for place in 0..<places {
                walk.forEachElement { kernel, element in
                  let value = x[(plane * kernelCount + kernel) * places + place].compute
                  sums[element] = sums[element].adding(value)
                }
                walk.advance()
              }
              for i in 0..<inputCount { y[plane * inputCount + i] = T(compute: sums[i]) }
            }
          }
        }
      }
    }
  }
}
