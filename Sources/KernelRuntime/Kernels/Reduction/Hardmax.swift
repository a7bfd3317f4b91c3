/// One at the first greatest element along an axis of operand 0, zero elsewhere.
public struct HardmaxKernel: Kernel {
  public var axis: Int

  public init(axis: Int = -1) { self.axis = axis }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    return try x.type.float(Visit(lines: Lines(x.shape, axis: try resolveAxis(axis, rank: x.rank)), spec: x))
  }

  private struct Visit: FloatVisitor {
    let lines: Lines
    let spec: TensorSpec
    func visit<T: FloatElement>(_ type: T.Type) -> Prepared {
      Prepared([spec]) { [self] invocation in
        let x = invocation.operand(0, as: T.self)
        let y = invocation.result(0, as: T.self)
        for i in 0..<spec.count { y[i] = T(compute: 0) }
        guard lines.length > 0 else { return }
        for line in 0..<lines.count {
          let start = lines.start(line)
          var best = 0
          for i in 1..<lines.length where x[start + i * lines.step].compute > x[start + best * lines.step].compute {
            best = i
          }
          y[start + best * lines.step] = T(compute: 1)
        }
      }
    }
  }
}
