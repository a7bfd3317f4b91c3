import CKernels

/// Limits the elements of operand 0 to lie between operands 1 and 2, scalars either of which may be absent.
///
/// When the limits are in the wrong order, every element becomes the upper one. NaN stays NaN.
public struct ClipKernel: Kernel {
  public init() {}

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    for i in 1...2 {
      guard let limit = try operands.optionalSpec(i) else { continue }
      try require(limit, is: x.type, "operand \(i)")
      guard limit.count == 1 else { throw .invalid("operand \(i) must be a scalar, not of shape \(limit.shape)") }
    }
    let count = try x.checkedCount()
    if x.type == .float, !options.reference {
      let (hasLower, hasUpper) = (operands.has(1), operands.has(2))
      return Prepared([x], inPlaceOperand: 0) { invocation in
        nonisolated(unsafe) let x = invocation.operand(0, as: Float.self)
        nonisolated(unsafe) let y = invocation.result(0, as: Float.self)
        let lower = hasLower ? invocation.operand(1, as: Float.self)[0] : -.infinity
        let upper = hasUpper ? invocation.operand(2, as: Float.self)[0] : .infinity
        invocation.threads.forRanges(count, grain: cheapGrain) { range in
          onramp_map(ONRAMP_CLIP, lower, upper, x + range.lowerBound, y + range.lowerBound, range.count)
        }
      }
    }
    return try x.type.numeric(
      Visit(spec: x, count: count, hasLower: operands.has(1), hasUpper: operands.has(2)))
  }

  private struct Visit: NumericVisitor {
    let spec: TensorSpec
    let count: Int
    let hasLower: Bool
    let hasUpper: Bool
    func visit<T: NumericElement>(_ type: T.Type) -> Prepared {
      Prepared([spec], inPlaceOperand: 0) { [count, hasLower, hasUpper] invocation in
        nonisolated(unsafe) let x = invocation.operand(0, as: T.self)
        nonisolated(unsafe) let y = invocation.result(0, as: T.self)
        let lower = hasLower ? invocation.operand(1, as: T.self)[0].compute : T.Compute.lowest
        let upper = hasUpper ? invocation.operand(2, as: T.self)[0].compute : T.Compute.highest
        invocation.threads.forRanges(count, grain: cheapGrain) { range in
          for i in range {
            let value = x[i].compute
            let raised = value < lower ? lower : value
            y[i] = T(compute: raised > upper ? upper : raised)
          }
        }
      }
    }
  }
}
