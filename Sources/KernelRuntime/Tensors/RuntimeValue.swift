/// What a graph's value is at run time.
public indirect enum RuntimeValue: Sendable {
  case tensor(Tensor)
  case sequence([RuntimeValue])
  /// Nil is the empty optional.
  case optional(RuntimeValue?)
  case map(MapValue)

  public var tensor: Tensor? {
    if case .tensor(let tensor) = self { tensor } else { nil }
  }
  public var sequence: [RuntimeValue]? {
    if case .sequence(let elements) = self { elements } else { nil }
  }
}

/// A map from strings or integers: the keys as a tensor of rank 1, the values in the same order.
public struct MapValue: Sendable {
  public var keys: Tensor
  public var values: RuntimeValue

  public init(keys: Tensor, values: RuntimeValue) {
    self.keys = keys
    self.values = values
  }
}
