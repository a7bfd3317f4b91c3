import CKernels

/// Samples operand 0 (batch, channels, spatial...) at the places that operand 1 (batch, output spatial..., coordinates)
/// names: coordinates run from -1 to 1, the last spatial dimension's first.
///
/// Every type can be sampled at the nearest element, strings and booleans only so. Mixed integers are rounded to even.
public struct GridSampleKernel: Kernel {
  public enum Mode: String, Codable, Sendable { case linear, nearest, cubic }
  public enum PaddingMode: String, Codable, Sendable { case zeros, border, reflection }

  public var mode: Mode
  public var paddingMode: PaddingMode
  /// Whether -1 and 1 are the centres of the outermost elements, not their outer edges.
  public var alignCorners: Bool

  public init(mode: Mode = .linear, paddingMode: PaddingMode = .zeros, alignCorners: Bool = false) {
    self.mode = mode
    self.paddingMode = paddingMode
    self.alignCorners = alignCorners
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let (x, grid) = (try operands.spec(0), try operands.spec(1))
    let rank = x.rank - 2
    guard rank >= 1, grid.rank == x.rank, grid.shape[0] == x.shape[0], grid.shape.last == rank else {
      throw .invalid("a grid of shape \(grid.shape) for shape \(x.shape)")
    }
    let places = Array(grid.shape[1...rank])
    let result = try TensorSpec.checked(x.type, Array(x.shape.prefix(2)) + places)
    let input = Array(x.shape.dropFirst(2))
    guard result.count == 0 || product(input) > 0 else { throw .invalid("nothing to sample in shape \(x.shape)") }
    guard rank <= 8 else { throw .unsupported("sampling in \(rank) dimensions") }
    let sampling = Sampling(
      kernel: self, batch: x.shape[0], channels: x.shape[1], input: input, places: product(places),
      coordinates: try CastKernel(to: .double).prepare(Operands([Operand(spec: grid)]), options: options),
      scratchBytes: try checkedProduct(grid.count, MemoryLayout<Double>.size), result: result)
    if x.type == .float, rank <= 3, product(input) <= Int(Int32.max), !options.reference {
      return sampling.prepareFloats()
    }
    if mode == .nearest { return try x.type.move(Moved(sampling: sampling)) }
    switch x.type {
    case .complex64: return Mixed(sampling: sampling, parts: 2).visit(Float.self)
    case .complex128: return Mixed(sampling: sampling, parts: 2).visit(Double.self)
    case .bool, .string: throw .unsupported("\(x.type.name) elements between which \(mode.rawValue) sampling mixes")
    default: return try x.type.numeric(Mixed(sampling: sampling, parts: 1))
    }
  }

  private struct Moved: ElementVisitor {
    let sampling: Sampling
    func visit<T: Element>(_ type: T.Type) -> Prepared {
      sampling.prepare(T.self) { from, to, indices, _, strides in
        var at = 0
        for (index, stride) in zip(indices, strides) {
          if index < 0 { return setZero(to) }
          at += index * stride
        }
        to.pointee = from[at]
      }
    }
  }

  private struct Mixed: NumericVisitor {
    let sampling: Sampling
    /// How many numbers an element has.
    let parts: Int
    func visit<T: NumericElement>(_ type: T.Type) -> Prepared {
      let (taps, corners) = (sampling.taps, sampling.corners)
      let isInteger = T.elementType.isInteger
      return sampling.prepare(T.self, parts: parts) { [parts] from, to, indices, weights, strides in
        for part in 0..<parts {
          var sum = 0.0
          for corner in 0..<corners {
            let (at, weight) = Sampling.corner(corner, taps, indices, weights, strides)
            if weight != 0 { sum += weight * from[at * parts + part].compute.double }
          }
          to[part] = T(compute: T.Compute(double: isInteger ? sum.rounded(.toNearestOrEven) : sum))
        }
      }
    }
  }

  fileprivate struct Sampling: Sendable {
    let kernel: GridSampleKernel
    let batch: Int
    let channels: Int
    let input: [Int]
    let places: Int
    /// Reads the grid as doubles.
    let coordinates: Prepared
    let scratchBytes: Int
    let result: TensorSpec

    var taps: Int { kernel.mode == .nearest ? 1 : kernel.mode == .linear ? 2 : 4 }
    var corners: Int { input.reduce(1) { count, _ in count * taps } }

    /// - Parameters:
    ///   - parts: how many `T` an element has.
    ///   - sample: fills one element from a plane, given for each dimension the taps' indices, -1 for padding, and
    ///     weights, and the dimensions' strides.
    @inline(__always)
    func prepare<T: Element>(
      _ type: T.Type, parts: Int = 1,
      _ sample:
        @escaping @Sendable (UnsafePointer<T>, UnsafeMutablePointer<T>, [Int], [Double], [Int]) -> Void
    ) -> Prepared {
      let (rank, taps, corners) = (input.count, taps, corners)
      let strides = denseStrides(input)
      let plane = product(input)
      return Prepared([result], scratchBytes: scratchBytes) {
        [self] (invocation: borrowing Invocation) throws(KernelError) in
        nonisolated(unsafe) let x = invocation.operand(0, as: T.self)
        nonisolated(unsafe) let y = invocation.result(0, as: T.self)
        nonisolated(unsafe) let grid = try grid(invocation)
        invocation.threads.forRanges(batch * places, grain: max(1, 1024 / max(1, channels * corners))) { range in
          var indices = [Int](repeating: 0, count: rank * taps)
          var weights = [Double](repeating: 0, count: rank * taps)
          for place in range {
            let (n, o) = place.quotientAndRemainder(dividingBy: places)
            for d in 0..<rank {
              fillTaps(grid[place * rank + rank - 1 - d], d, taps, &indices, &weights)
            }
            for c in 0..<channels {
              let at = n * channels + c
              sample(x + at * plane * parts, y + (at * places + o) * parts, indices, weights, strides)
            }
          }
        }
      }
    }

    /// Floats: what a block of places is made of is found once for all channels.
    func prepareFloats() -> Prepared {
      let (rank, taps, corners) = (input.count, taps, corners)
      let strides = denseStrides(input)
      let plane = product(input)
      let block = max(16, 1024 / corners)
      return Prepared([result], scratchBytes: scratchBytes) {
        [self] (invocation: borrowing Invocation) throws(KernelError) in
        nonisolated(unsafe) let x = invocation.operand(0, as: Float.self)
        nonisolated(unsafe) let y = invocation.result(0, as: Float.self)
        nonisolated(unsafe) let grid = try grid(invocation)
        invocation.threads.forRanges(batch * places, grain: max(64, 4096 / max(1, channels * corners))) { range in
          var indices = [Int](repeating: 0, count: rank * taps)
          var weights = [Double](repeating: 0, count: rank * taps)
          var sources = [Int32](repeating: 0, count: corners * block)
          var factors = [Float](repeating: 0, count: corners * block)
          var place = range.lowerBound
          while place < range.upperBound {
            let (n, o) = place.quotientAndRemainder(dividingBy: places)
            let count = min(block, places - o, range.upperBound - place)
            for i in 0..<count {
              for d in 0..<rank { fillTaps(grid[(place + i) * rank + rank - 1 - d], d, taps, &indices, &weights) }
              for corner in 0..<corners {
                let (at, weight) = Self.corner(corner, taps, indices, weights, strides)
                sources[corner * block + i] = Int32(truncatingIfNeeded: at)
                factors[corner * block + i] = Float(weight)
              }
            }
            for c in n * channels..<(n + 1) * channels {
              onramp_sample(y + c * places + o, x + c * plane, count, corners, block, sources, factors)
            }
            place += count
          }
        }
      }
    }

    /// Reads the grid into the scratch memory.
    private func grid(_ invocation: borrowing Invocation) throws(KernelError) -> UnsafePointer<Double> {
      try coordinates.run(
        [UnsafeMutableRawPointer(mutating: invocation.operand(1, as: UInt8.self))], [invocation.scratch],
        like: invocation)
      return UnsafePointer(invocation.scratch.assumingMemoryBound(to: Double.self))
    }

    /// Where in a plane a combination of one tap for each dimension lies, and its weight: 0 where a tap is outside.
    @inline(__always)
    static func corner(
      _ corner: Int, _ taps: Int, _ indices: [Int], _ weights: [Double], _ strides: [Int]
    ) -> (at: Int, weight: Double) {
      var (rest, weight, at) = (corner, 1.0, 0)
      for d in 0..<strides.count {
        let tap = d * taps + rest % taps
        rest /= taps
        weight *= indices[tap] < 0 ? 0 : weights[tap]
        at += max(0, indices[tap]) * strides[d]
      }
      return (at, weight)
    }

    /// The elements along dimension `d` that a coordinate is made of, -1 for padding.
    private func fillTaps(
      _ coordinate: Double, _ d: Int, _ taps: Int, _ indices: inout [Int], _ weights: inout [Double]
    ) {
      let extent = Double(input[d])
      let (low, high) = kernel.alignCorners ? (0, extent - 1) : (-0.5, extent - 0.5)
      var x = kernel.alignCorners ? (coordinate + 1) / 2 * (extent - 1) : ((coordinate + 1) * extent - 1) / 2
      if kernel.mode == .nearest { x.round(.toNearestOrEven) }
      if x < low || x > high {
        switch kernel.paddingMode {
        case .zeros: break
        case .border: x = min(max(x, 0), extent - 1)
        case .reflection: x = reflect(x, low, high)
        }
      }
      // Neither NaN nor a place far outside has an integer.
      guard x > -1e9, x < 1e9 else {
        for t in 0..<taps { indices[d * taps + t] = -1 }
        return
      }
      let base = kernel.mode == .nearest ? x.rounded(.toNearestOrEven) : x.rounded(.down)
      let ratio = x - base
      for t in 0..<taps {
        let offset = taps == 4 ? t - 1 : t
        indices[d * taps + t] = element(Int(base) + offset, input[d], low, high)
        weights[d * taps + t] =
          switch kernel.mode {
          case .nearest: 1
          case .linear: t == 0 ? 1 - ratio : ratio
          case .cubic: cubic((Double(offset) - ratio).magnitude)
          }
      }
    }

    private func element(_ i: Int, _ extent: Int, _ low: Double, _ high: Double) -> Int {
      if i >= 0 && i < extent { return i }
      switch kernel.paddingMode {
      case .zeros: return -1
      case .border: return i < 0 ? 0 : extent - 1
      case .reflection: return min(max(Int(reflect(Double(i), low, high)), 0), extent - 1)
      }
    }

    private func reflect(_ x: Double, _ low: Double, _ high: Double) -> Double {
      let range = high - low
      guard range > 0 else { return low }
      let distance = x < low ? low - x : x > high ? x - high : 0
      if distance == 0 { return x }
      let turns = (distance / range).rounded(.down)
      let rest = distance - turns * range
      let isEven = turns.truncatingRemainder(dividingBy: 2) == 0
      return (x < low) == isEven ? low + rest : high - rest
    }

    private func cubic(_ x: Double) -> Double {
      let a = -0.75
      if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
      return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
    }
  }
}
