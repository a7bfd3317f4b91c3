import CKernels

/// Normalizes operand 0 over its dimensions from `axis` on, then scales by operand 1 and, where given, shifts by
/// operand 2, both broadcast. Results 1 and 2 are the means and the inverse standard deviations, as floats.
public struct LayerNormalizationKernel: Kernel {
  public var axis: Int
  public var epsilon: Double

  public init(axis: Int = -1, epsilon: Double = 1e-5) {
    self.axis = axis
    self.epsilon = epsilon
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    try prepareNormalization(operands, axis: axis, epsilon: epsilon, isCentered: true, options)
  }
}

/// What layer and root-mean-square normalization share.
func prepareNormalization(
  _ operands: Operands, axis: Int, epsilon: Double, isCentered: Bool, _ options: KernelOptions
) throws(KernelError) -> Prepared {
  let (x, scale) = (try operands.spec(0), try operands.spec(1))
  let axis = try resolveAxis(axis, rank: x.rank)
  // Scale and shift broadcast to the operand: which of their elements belongs to which of the operand's.
  var nests: [LoopNest] = []
  for i in 1...2 {
    guard let spec = try operands.optionalSpec(i) else { continue }
    try require(spec, is: scale.type, "operand \(i)")
    guard try broadcastShape([spec.shape, x.shape]) == x.shape else {
      throw .invalid("operand \(i) of shape \(spec.shape) does not broadcast to \(x.shape)")
    }
    nests.append(LoopNest(x.shape, strides: [broadcastStrides(spec.shape, to: x.shape)]))
  }
  // By the standard, the scale's type is that of root-mean-square normalization's result.
  var results = [isCentered ? x : TensorSpec(scale.type, x.shape)]
  if isCentered {
    let shape = x.shape[..<axis] + [Int](repeating: 1, count: x.rank - axis)
    let statistics = TensorSpec(.float, Array(shape))
    results += [statistics, statistics]
  }
  let (rows, size) = (product(x.shape[..<axis]), product(x.shape[axis...]))
  // The usual form: one scale, and one shift, for each element of a row.
  let parameterShapes = [scale.shape, try operands.optionalSpec(2)?.shape ?? scale.shape]
  let parametersAreRows = parameterShapes.allSatisfy { product($0) == size && x.shape.suffix($0.count) == $0[...] }
  if x.type == .float, scale.type == .float, parametersAreRows, size > 0, !options.reference {
    return normalizeFloatRows(results, rows: rows, size: size, epsilon: epsilon, isCentered, operands.has(2))
  }
  return try x.type.float(
    NormalizeRows(
      rows: rows, size: size, epsilon: epsilon, isCentered: isCentered,
      parameterType: scale.type, scaleNest: nests[0], biasNest: nests.count > 1 ? nests[1] : nil, results: results))
}

private func normalizeFloatRows(
  _ results: [TensorSpec], rows: Int, size: Int, epsilon: Double, _ isCentered: Bool, _ hasBias: Bool
) -> Prepared {
  Prepared(results, inPlaceOperand: 0) { invocation in
    nonisolated(unsafe) let x = invocation.operand(0, as: Float.self)
    nonisolated(unsafe) let scale = invocation.operand(1, as: Float.self)
    nonisolated(unsafe) let bias = hasBias ? invocation.operand(2, as: Float.self) : nil
    nonisolated(unsafe) let y = invocation.wantedResult(0, as: Float.self)
    nonisolated(unsafe) let means = isCentered ? invocation.wantedResult(1, as: Float.self) : nil
    nonisolated(unsafe) let deviations = isCentered ? invocation.wantedResult(2, as: Float.self) : nil
    invocation.threads.forRanges(rows, grain: max(1, cheapGrain / 4 / size)) { range in
      for row in range {
        var (mean, inverse) = (0.0, 0.0)
        onramp_normalize(
          y.map { $0 + row * size }, x + row * size, scale, bias, size, epsilon, isCentered ? 1 : 0, &mean, &inverse)
        means?[row] = Float(mean)
        deviations?[row] = Float(inverse)
      }
    }
  }
}

private struct NormalizeRows: FloatVisitor {
  let rows: Int
  let size: Int
  let epsilon: Double
  let isCentered: Bool
  let parameterType: ElementType
  let scaleNest: LoopNest
  let biasNest: LoopNest?
  let results: [TensorSpec]

  func visit<T: FloatElement>(_ type: T.Type) throws(KernelError) -> Prepared {
    if parameterType == T.elementType { return prepare(T.self, T.self, T.self) }
    return try parameterType.float(WithParameters<T>(rows: self))
  }

  private struct WithParameters<T: FloatElement>: FloatVisitor {
    let rows: NormalizeRows
    func visit<P: FloatElement>(_ type: P.Type) -> Prepared {
      rows.isCentered ? rows.prepare(T.self, P.self, T.self) : rows.prepare(T.self, P.self, P.self)
    }
  }

  private func prepare<T: FloatElement, P: FloatElement, R: FloatElement>(
    _ type: T.Type, _ parameter: P.Type, _ result: R.Type
  ) -> Prepared {
    Prepared(results) { [self] invocation in
      nonisolated(unsafe) let x = invocation.operand(0, as: T.self)
      nonisolated(unsafe) let scale = invocation.operand(1, as: P.self)
      nonisolated(unsafe) let bias = biasNest == nil ? nil : invocation.operand(2, as: P.self)
      nonisolated(unsafe) let y = invocation.wantedResult(0, as: R.self)
      nonisolated(unsafe) let means = isCentered ? invocation.wantedResult(1, as: Float.self) : nil
      nonisolated(unsafe) let deviations = isCentered ? invocation.wantedResult(2, as: Float.self) : nil
      guard size > 0 else { return }
      invocation.threads.forRanges(rows, grain: max(1, cheapGrain / 4 / size)) { range in
        for row in range {
          let from = x + row * size
          var (mean, inverse) = (0.0, 0.0)
          if isCentered {
            let statistics = Statistics(from, size)
            mean = statistics.mean
            inverse = 1 / (statistics.variance + epsilon).squareRoot()
          } else {
            var squares = 0.0
            for i in 0..<size { squares += from[i].compute.double * from[i].compute.double }
            inverse = 1 / (squares / Double(size) + epsilon).squareRoot()
          }
          means?[row] = Float(mean)
          deviations?[row] = Float(inverse)
          guard let y else { continue }
          let (center, factor) = (T.Compute(double: mean), T.Compute(double: inverse))
          let to = y + row * size
          let range = row * size..<(row + 1) * size
          let step = scaleNest.step[0]
          scaleNest.forEachRun(range) { start, count, offset in
            for i in 0..<count {
              let weight = T.Compute(scale[offset[0] + i * step].compute)
              let value = (x[start + i].compute - center) * factor * weight
              to[start - row * size + i] = R(compute: R.Compute(value))
            }
          }
          if let bias, let biasNest {
            let step = biasNest.step[0]
            biasNest.forEachRun(range) { start, count, offset in
              for i in 0..<count {
                let at = start - row * size + i
                to[at] = R(compute: to[at].compute + R.Compute(bias[offset[0] + i * step].compute))
              }
            }
          }
        }
      }
    }
  }
}
