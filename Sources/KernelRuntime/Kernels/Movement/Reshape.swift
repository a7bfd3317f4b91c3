/// Gives operand 0 the shape that operand 1 lists: -1 stands for what is left over, 0 for the operand's own extent.
public struct ReshapeKernel: Kernel {
  /// Whether 0 means 0.
  public var allowZero: Bool

  public init(allowZero: Bool = false) { self.allowZero = allowZero }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    let shape = try Self.shape(x.shape, as: try operands.integers(1), allowZero: allowZero)
    return Prepared(aliasing: 0, as: try .checked(x.type, shape))
  }

  /// - Throws: when the number of elements changes or `target` is ambiguous.
  public static func shape(_ shape: [Int], as target: [Int], allowZero: Bool) throws(KernelError) -> [Int] {
    var result: [Int] = []
    var open: Int?
    for (d, extent) in target.enumerated() {
      switch extent {
      case 0 where !allowZero:
        guard d < shape.count else { throw .invalid("\(target) copies dimension \(d) of shape \(shape)") }
        result.append(shape[d])
      case -1:
        guard open == nil else { throw .invalid("\(target) leaves two dimensions open") }
        open = d
        result.append(1)
      default:
        guard extent >= 0 else { throw .invalid("negative extent in \(target)") }
        result.append(extent)
      }
    }
    let count = product(shape)
    let known = try TensorSpec(.bool, result).checkedCount()
    if let open {
      guard known > 0, count % known == 0 else { throw .invalid("cannot view shape \(shape) as \(target)") }
      result[open] = count / known
    } else if known != count {
      throw .invalid("cannot view shape \(shape) as \(target)")
    }
    return result
  }
}
