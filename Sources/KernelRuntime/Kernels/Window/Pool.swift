/// What a pooling window is reduced to.
public enum PoolFunction: String, Codable, Sendable {
  case max, average
  /// The p-norm.
  case lp
}

/// Slides a window over the spatial dimensions of operand 0 (batch, channels, spatial...).
///
/// The results are the pooled values and, for the maximum, the index of each in the flattened operand (int64): the first
/// of equals wins, and NaN never wins over a number.
public struct PoolKernel: Kernel {
  public var function: PoolFunction
  public var kernelShape: [Int]
  public var strides: [Int]
  public var dilations: [Int]
  public var pads: [Int]
  public var autoPad: AutoPad
  public var ceilMode: Bool
  /// Whether the average counts padding as zeros.
  public var countIncludePad: Bool
  /// Whether indices count the last two dimensions column by column; ONNX's `storage_order` = 1.
  public var columnMajor: Bool
  /// The norm's exponent.
  public var p: Int

  public init(
    function: PoolFunction, kernelShape: [Int], strides: [Int] = [], dilations: [Int] = [], pads: [Int] = [],
    autoPad: AutoPad = .notSet, ceilMode: Bool = false, countIncludePad: Bool = false, columnMajor: Bool = false,
    p: Int = 2
  ) {
    self.function = function
    self.kernelShape = kernelShape
    self.strides = strides
    self.dilations = dilations
    self.pads = pads
    self.autoPad = autoPad
    self.ceilMode = ceilMode
    self.countIncludePad = countIncludePad
    self.columnMajor = columnMajor
    self.p = p
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    guard x.rank >= 3 else { throw .invalid("pooling needs spatial dimensions, not shape \(x.shape)") }
    let window = try WindowGeometry(
      input: Array(x.shape.dropFirst(2)), kernel: kernelShape, strides: strides, dilations: dilations, pads: pads,
      autoPad: autoPad, ceilMode: ceilMode)
    let shape = Array(x.shape.prefix(2)) + window.output
    let result = try TensorSpec.checked(x.type, shape)
    let planes = x.shape[0] * x.shape[1]
    let isFast = x.type == .float && function != .lp && !options.reference
    let rows = isFast ? PoolRows(window, planes: planes, isMaximum: function == .max) : nil
    if function == .max {
      let indices = try TensorSpec.checked(.int64, shape)
      return try x.type.numeric(
        Maximum(window: window, planes: planes, results: [result, indices], columnMajor: columnMajor, rows: rows))
    }
    guard function != .lp || p > 0 else { throw .invalid("the exponent \(p) of a norm") }
    return try x.type.float(Mean(kernel: self, window: window, planes: planes, result: result, rows: rows))
  }

  private struct Maximum: NumericVisitor {
    let window: WindowGeometry
    let planes: Int
    let results: [TensorSpec]
    let columnMajor: Bool
    let rows: PoolRows?

    func visit<T: NumericElement>(_ type: T.Type) -> Prepared {
      Prepared(results) { [self] invocation in
        nonisolated(unsafe) let x = invocation.operand(0, as: T.self)
        nonisolated(unsafe) let values = invocation.wantedResult(0, as: T.self)
        nonisolated(unsafe) let indices = invocation.wantedResult(1, as: Int64.self)
        let (inputCount, outputCount) = (window.inputCount, window.outputCount)
        guard outputCount > 0 else { return }
        let grain = max(1, cheapGrain / 4 / max(1, window.kernelCount))
        let isFlat = window.rank == 2
        let pool = { (range: Range<Int>) in
          var o = range.lowerBound
          while o < range.upperBound {
            let (plane, first) = o.quotientAndRemainder(dividingBy: outputCount)
            let end = min(range.upperBound, (plane + 1) * outputCount)
            let source = x + plane * inputCount
            if isFlat {
              flat(source, o..<end, first, plane * inputCount, values, indices)
            } else {
              var walk = WindowWalk(window, at: first)
              for i in o..<end {
                var best = -1
                var greatest = T.Compute.lowest
                walk.forEachElement { _, element in
                  let value = source[element].compute
                  // A first NaN gives way to any number after it.
                  if best < 0 || value > greatest || (greatest.isNaNValue && !value.isNaNValue) {
                    greatest = value
                    best = element
                  }
                }
                values?[i] = T(compute: greatest)
                indices?[i] = index(best, plane * inputCount)
                walk.advance()
              }
            }
            o = end
          }
        }
        if let rows, let values, indices == nil {
          let x = UnsafeRawPointer(x).assumingMemoryBound(to: Float.self)
          rows.run(
            x, UnsafeMutableRawPointer(values).assumingMemoryBound(to: Float.self), invocation.threads, others: pool)
        } else {
          invocation.threads.forRanges(planes * outputCount, grain: grain, pool)
        }
      }
    }

    /// Two dimensions, which nearly all models have, without the general walk.
    @inline(__always)
    private func flat<T: NumericElement>(
      _ x: UnsafePointer<T>, _ range: Range<Int>, _ first: Int, _ base: Int, _ values: UnsafeMutablePointer<T>?,
      _ indices: UnsafeMutablePointer<Int64>?
    ) {
      var (row, column) = first.quotientAndRemainder(dividingBy: window.output[1])
      let width = window.input[1]
      let lastColumn = window.output[1]
      let (dilationRow, dilationColumn) = (window.dilations[0], window.dilations[1])
      var rows = window.clipped(0, at: row)
      for i in range {
        let columns = window.clipped(1, at: column)
        var best = -1
        var greatest = T.Compute.lowest
        for r in rows.positions {
          let line = (rows.start &+ r &* dilationRow) &* width &+ columns.start
          for c in columns.positions {
            let at = line &+ c &* dilationColumn
            let value = x[at].compute
            if best < 0 || value > greatest || (greatest.isNaNValue && !value.isNaNValue) {
              greatest = value
              best = at
            }
          }
        }
        values?[i] = T(compute: greatest)
        indices?[i] = index(best, base)
        column += 1
        if column == lastColumn {
          column = 0
          row += 1
          rows = window.clipped(0, at: row)
        }
      }
    }

    /// The index in the whole operand of an element of one plane; a window without elements has none.
    @inline(__always)
    private func index(_ element: Int, _ base: Int) -> Int64 {
      guard element >= 0 else { return -1 }
      guard columnMajor, window.rank >= 2 else { return Int64(base &+ element) }
      // Only the spatial coordinates are reversed: the first of them counts fastest.
      var rest = element
      var coordinates = [Int](repeating: 0, count: window.rank)
      for d in stride(from: window.rank - 1, through: 0, by: -1) {
        (rest, coordinates[d]) = rest.quotientAndRemainder(dividingBy: window.input[d])
      }
      var index = 0
      for d in stride(from: window.rank - 1, through: 0, by: -1) { index = index * window.input[d] + coordinates[d] }
      return Int64(base + index)
    }
  }

  private struct Mean: FloatVisitor {
    let kernel: PoolKernel
    let window: WindowGeometry
    let planes: Int
    let result: TensorSpec
    let rows: PoolRows?

    func visit<T: FloatElement>(_ type: T.Type) -> Prepared {
      Prepared([result]) { [self] invocation in
        nonisolated(unsafe) let x = invocation.operand(0, as: T.self)
        nonisolated(unsafe) let y = invocation.result(0, as: T.self)
        let (inputCount, outputCount) = (window.inputCount, window.outputCount)
        let isNorm = kernel.function == .lp
        let p = T.Compute(kernel.p)
        guard outputCount > 0 else { return }
        let grain = max(1, cheapGrain / 4 / max(1, window.kernelCount))
        let pool = { (range: Range<Int>) in
          var walk = WindowWalk(window, at: range.lowerBound % outputCount)
          for i in range {
            let source = x + i / outputCount * inputCount
            var sum: T.Compute = 0
            var count = 0
            walk.forEachElement { _, element in
              let value = source[element].compute
              if isNorm {
                sum += p == 2 ? value * value : value.magnitude.power(p)
              } else {
                sum += value
              }
              count += 1
            }
            if isNorm {
              y[i] = T(compute: p == 2 ? sum.squareRoot() : sum.power(1 / p))
            } else {
              if kernel.countIncludePad { count = (0..<window.rank).reduce(1) { $0 * walk.paddedCount($1) } }
              y[i] = T(compute: sum / T.Compute(count))
            }
            walk.advance()
          }
        }
        if let rows {
          let x = UnsafeRawPointer(x).assumingMemoryBound(to: Float.self)
          rows.run(x, UnsafeMutableRawPointer(y).assumingMemoryBound(to: Float.self), invocation.threads, others: pool)
        } else {
          invocation.threads.forRanges(planes * outputCount, grain: grain, pool)
        }
      }
    }
  }
}
