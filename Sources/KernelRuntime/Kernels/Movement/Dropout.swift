/// Makes elements of operand 0 zero at random and scales the others to make up for it, when operand 2 says that this is
/// training; otherwise nothing. Operand 1 is the share that vanishes, 0.5 by default; result 1 tells which stay.
public struct DropoutKernel: Kernel {
  /// Of the random numbers.
  public var seed: UInt64

  public init(seed: UInt64 = 0) { self.seed = seed }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    let results = [x, TensorSpec(.bool, x.shape)]
    let isTraining = operands.has(2) ? try operands.integer(2) != 0 : false
    let ratio = operands.has(1) ? try operands.tensor(1).doubles?.first ?? 0.5 : 0.5
    guard ratio >= 0, ratio < 1 || !isTraining else { throw .invalid("the ratio \(ratio) is not in [0, 1)") }
    guard isTraining, ratio > 0 else {
      let byteCount = x.byteCount
      return Prepared(results, inPlaceOperand: 0) { invocation in
        let from = UnsafeRawPointer(invocation.operand(0, as: UInt8.self))
        if let to = invocation.wantedResult(0, as: UInt8.self), UnsafeRawPointer(to) != from {
          UnsafeMutableRawPointer(to).copyMemory(from: from, byteCount: byteCount)
        }
        invocation.wantedResult(1, as: UInt8.self)?.update(repeating: 1, count: x.count)
      }
    }
    return try x.type.float(Visit(seed: seed, ratio: ratio, results: results))
  }

  private struct Visit: FloatVisitor {
    let seed: UInt64
    let ratio: Double
    let results: [TensorSpec]
    func visit<T: FloatElement>(_ type: T.Type) -> Prepared {
      Prepared(results) { [self] invocation in
        let x = invocation.operand(0, as: T.self)
        let y = invocation.wantedResult(0, as: T.self)
        let mask = invocation.wantedResult(1, as: UInt8.self)
        var random = RandomSource(seed: seed)
        let scale = T.Compute(double: 1 / (1 - ratio))
        for i in 0..<results[0].count {
          let stays = random.uniform() >= ratio
          mask?[i] = stays ? 1 : 0
          y?[i] = T(compute: stays ? x[i].compute * scale : 0)
        }
      }
    }
  }
}
