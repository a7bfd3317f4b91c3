/// Divides operand 0 by its root mean square over its dimensions from `axis` on, then scales by operand 1, broadcast.
public struct RMSNormalizationKernel: Kernel {
  public var axis: Int
  public var epsilon: Double

  public init(axis: Int = -1, epsilon: Double = 1e-5) {
    self.axis = axis
    self.epsilon = epsilon
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    var firstTwo = operands
    firstTwo.list = Array(operands.list.prefix(2))
    return try prepareNormalization(firstTwo, axis: axis, epsilon: epsilon, isCentered: false, options)
  }
}
