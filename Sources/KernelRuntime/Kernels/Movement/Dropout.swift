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
    if let format = NarrowFloatFormat(x.type) {
      let scale = Float(1 / (1 - ratio))
      let scaled = (UInt8.min...UInt8.max).map { format.encode(format.decode($0) * scale) }
      return prepare(UInt8.self, results, ratio, zero: format.encode(0)) { scaled[Int($0)] }
    }
    return try x.type.float(Visit(kernel: self, ratio: ratio, results: results))
  }

  private func prepare<T: Element>(
    _ type: T.Type, _ results: [TensorSpec], _ ratio: Double, zero: T, scaled: @escaping @Sendable (T) -> T
  ) -> Prepared {
    Prepared(results) { [seed] invocation in
      let x = invocation.operand(0, as: T.self)
      let y = invocation.wantedResult(0, as: T.self)
      let mask = invocation.wantedResult(1, as: UInt8.self)
      var random = RandomSource(seed: seed)
      for i in 0..<results[0].count {
        let stays = random.uniform() >= ratio
        mask?[i] = stays ? 1 : 0
        y?[i] = stays ? scaled(x[i]) : zero
      }
    }
  }

  private struct Visit: FloatVisitor {
    let kernel: DropoutKernel
    let ratio: Double
    let results: [TensorSpec]
    func visit<T: FloatElement>(_ type: T.Type) -> Prepared {
      let scale = T.Compute(double: 1 / (1 - ratio))
      return kernel.prepare(type, results, ratio, zero: T(compute: 0)) { T(compute: $0.compute * scale) }
    }
  }
}
