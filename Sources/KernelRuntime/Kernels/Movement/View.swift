/// How `ViewKernel` changes a shape.
public enum ViewKind: Hashable, Sendable {
  case identity
  /// Drops dimensions of extent 1: those of operand 1, or all when it is absent.
  case squeeze
  /// Inserts dimensions of extent 1 at the result's axes that operand 1 lists.
  case unsqueeze
  /// Joins the dimensions before the axis into one and the others into another.
  case flatten(axis: Int)
  /// The operand's elements under a fixed shape.
  case shape([Int])
}

/// Stored as a list of the case's number and what it holds: the containers that enums with values are given by default
/// would be a tenth of what a small model's plan takes to open.
extension ViewKind: Codable {
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .identity: try container.encode([0])
    case .squeeze: try container.encode([1])
    case .unsqueeze: try container.encode([2])
    case .flatten(let axis): try container.encode([3, axis])
    case .shape(let shape): try container.encode([4] + shape)
    }
  }

  public init(from decoder: any Decoder) throws {
    let list = try decoder.singleValueContainer().decode([Int].self)
    switch (list.first, list.count) {
    case (0, 1): self = .identity
    case (1, 1): self = .squeeze
    case (2, 1): self = .unsqueeze
    case (3, 2): self = .flatten(axis: list[1])
    case (4, _): self = .shape(Array(list.dropFirst()))
    default: throw KernelError.invalid("a view of no known kind")
    }
  }
}

/// Gives operand 0 another shape; nothing moves.
public struct ViewKernel: Kernel {
  public var kind: ViewKind

  public init(kind: ViewKind) { self.kind = kind }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    var shape = x.shape
    switch kind {
    case .identity: break
    case .squeeze:
      if let axes = try operands.optionalIntegers(1) {
        let dropped = try resolveAxes(axes, rank: x.rank)
        for axis in dropped where x.shape[axis] != 1 {
          throw .invalid("dimension \(axis) of shape \(x.shape) is not 1")
        }
        shape = x.shape.indices.filter { !dropped.contains($0) }.map { x.shape[$0] }
      } else {
        shape = x.shape.filter { $0 != 1 }
      }
    case .unsqueeze:
      let axes = try operands.integers(1)
      for axis in try resolveAxes(axes, rank: x.rank + axes.count).sorted() { shape.insert(1, at: axis) }
    case .flatten(let axis):
      guard axis >= -x.rank, axis <= x.rank else { throw .invalid("axis \(axis) is out of range for rank \(x.rank)") }
      let axis = axis < 0 ? axis + x.rank : axis
      shape = [product(x.shape[..<axis]), product(x.shape[axis...])]
    case .shape(let target):
      shape = try ReshapeKernel.shape(x.shape, as: target, allowZero: true)
    }
    return Prepared(aliasing: 0, as: try .checked(x.type, shape))
  }
}
