/// Normalizes each channel of each batch of operand 0 (batch, channels...), then scales and shifts it by its element of
/// operands 1 and 2.
public struct InstanceNormalizationKernel: Kernel {
  public var epsilon: Double

  public init(epsilon: Double = 1e-5) { self.epsilon = epsilon }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    return try prepareGroups(operands, groups: x.rank >= 2 ? x.shape[1] : 0, epsilon: epsilon)
  }
}
