import Graph
import KernelRuntime

/// Its operand's elements under another shape, in which 0 may stand for the old extent and one -1 for the rest.
enum ReshapeOp: OperatorDefinition {
  static let propagation = ValuePropagation.movement(operands: [0])

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let x = try call.shape(0)
    guard let target = call.dimensions(1) else {
      return [try call.tensorType(like: 0, call.unknownShape(rank: call.length(1)))]
    }
    let keepsZero = try call.flag("allowzero")
    var result: [Dimension] = []
    var open: Int?
    for (axis, extent) in target.enumerated() {
      switch extent.value {
      case .some(0) where !keepsZero:
        guard let x else {
          result.append(.local("kept\(axis)"))
          break
        }
        guard axis < x.count else {
          throw .shape("Reshape keeps extent \(axis) of a tensor of \(x.count) dimensions")
        }
        result.append(x[axis])
      case .some(-1):
        guard open == nil else { throw .shape("Reshape has two extents of -1") }
        open = axis
        result.append(1)
      case let number? where number < 0: throw .shape("Reshape asks for an extent of \(number)")
      default: result.append(extent)
      }
    }
    if let open {
      if keepsZero && result.contains(0) { throw .shape("Reshape cannot infer an extent beside one of 0") }
      result[open] = try x.flatMap { (x) throws(Diagnostic) in try rest(x, result) } ?? .local("rest")
    } else if let x, let before = call.count(x).value, let after = call.count(result).value, before != after {
      throw .shape("Reshape cannot give \(before) elements a shape of \(after)")
    }
    return [try call.tensorType(like: 0, result)]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    ReshapeKernel(allowZero: try call.flag("allowzero"))
  }

  /// The extent that is left when the others are taken out of a shape; nil where even an expression cannot say it.
  private static func rest(_ shape: [Dimension], _ others: [Dimension]) throws(Diagnostic) -> Dimension? {
    // Extents that occur on both sides cancel before the products hide them.
    var numerator = shape
    var denominator: [Dimension] = []
    for extent in others {
      if let i = numerator.firstIndex(of: extent), extent != 0 {
        numerator.remove(at: i)
      } else {
        denominator.append(extent)
      }
    }
    let (count, divisor) = (numerator.reduce(1, *), denominator.reduce(1, *))
    if let count = count.value, let divisor = divisor.value {
      // An empty tensor leaves the extent open; the runtime takes 0.
      if divisor == 0 { return count == 0 ? 0 : nil }
      guard count % divisor == 0 else {
        throw .shape("Reshape cannot share \(count) elements out to extents of \(divisor)")
      }
    }
    return count.floorDivided(by: divisor)
  }
}
