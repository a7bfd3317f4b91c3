import Graph
import KernelRuntime

/// An operator that draws random numbers.
protocol RandomOp: OperatorDefinition {
  static func distribution(_ call: OperatorCall) throws(Diagnostic) -> RandomDistribution
}

/// An operator that draws random numbers into a tensor of a shape that an attribute says.
protocol ShapedRandomOp: RandomOp {}

/// An operator that draws random numbers into a tensor of its operand's shape.
protocol LikeRandomOp: RandomOp {}

extension RandomOp {
  static var isPure: Bool { false }
}

extension ShapedRandomOp {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let shape = try call.ints("shape")
    if let negative = shape.first(where: { $0 < 0 }) {
      throw .attribute("shape of \(call.op) asks for an extent of \(negative)")
    }
    return [.tensor(TensorType(try call.elementType("dtype"), shape.map { Dimension($0) }))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    RandomKernel(
      distribution: try distribution(call), type: try call.elementType("dtype"), shape: try call.ints("shape"),
      seed: try call.seed())
  }
}

extension LikeRandomOp {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let type = try call.elementType(0)
    return [.tensor(TensorType(try call.optionalElementType("dtype") ?? type, try call.shape(0)))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    RandomKernel(
      distribution: try distribution(call), type: try call.optionalElementType("dtype"), seed: try call.seed())
  }
}

extension OperatorCall {
  /// The attribute `seed`, whether a number with a fraction or not, as a kernel takes it; without it any number, so that
  /// two operators do not draw the same.
  func seed() throws(Diagnostic) -> UInt64 {
    switch attributes["seed"] {
    case .float(let seed)?: return UInt64(seed.bitPattern)
    case .int(let seed)?: return UInt64(bitPattern: Int64(seed))
    case nil: return .random(in: .min ... .max)
    default: throw .attribute("attribute \"seed\" of \(op) has the wrong type")
    }
  }
}

extension RandomDistribution {
  /// The normal distribution that the attributes `mean` and `scale` describe.
  static func normal(_ call: OperatorCall) throws(Diagnostic) -> RandomDistribution {
    .normal(mean: Double(try call.float("mean")), scale: Double(try call.float("scale")))
  }

  /// The uniform distribution that the attributes `low` and `high` describe.
  static func uniform(_ call: OperatorCall) throws(Diagnostic) -> RandomDistribution {
    .uniform(low: Double(try call.float("low")), high: Double(try call.float("high")))
  }
}
