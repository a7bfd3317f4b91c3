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
    // Complex numbers add up part by part.
    let type: ElementType = x.type == .complex64 ? .float : x.type == .complex128 ? .double : x.type
    return try type.numeric(
      Visit(window: window, planes: x.shape[0] * channels, parts: x.type.isComplex ? 2 : 1, result: result))
  }

  private struct Visit: NumericVisitor {
    let window: WindowGeometry
    let planes: Int
    let parts: Int
    let result: TensorSpec
    func visit<T: NumericElement>(_ type: T.Type) -> Prepared {
      Prepared([result]) { [self] invocation in
        nonisolated(unsafe) let x = invocation.operand(0, as: T.self)
        nonisolated(unsafe) let y = invocation.result(0, as: T.self)
        let (inputCount, places, kernelCount) = (window.inputCount, window.outputCount, window.kernelCount)
        invocation.threads.forRanges(planes, grain: 1) { range in
          withUnsafeTemporaryAllocation(of: T.Compute.self, capacity: inputCount * parts) { memory in
            guard let sums = memory.baseAddress else { return }
            for plane in range {
              for i in 0..<inputCount * parts { sums[i] = .zero }
              var walk = WindowWalk(window)
              for place in 0..<places {
                walk.forEachElement { kernel, element in
                  let from = x + ((plane * kernelCount + kernel) * places + place) * parts
                  for part in 0..<parts {
                    sums[element * parts + part] = sums[element * parts + part].adding(from[part].compute)
                  }
                }
                walk.advance()
              }
              let to = y + plane * inputCount * parts
              for i in 0..<inputCount * parts { to[i] = T(compute: sums[i]) }
            }
          }
        }
      }
    }
  }
}
