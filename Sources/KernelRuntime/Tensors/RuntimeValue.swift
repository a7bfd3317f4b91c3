/// What a graph's value is at run time.
public enum RuntimeValue: Sendable {
  case tensor(Tensor)
  case sequence([RuntimeValue])
  /// Nil is the empty optional.
  indirect case optional(RuntimeValue?)
  indirect case map(MapValue)

  public var tensor: Tensor? {
    if case .tensor(let tensor) = self { tensor } else { nil }
  }
  public var sequence: [RuntimeValue]? {
    if case .sequence(let elements) = self { elements } else { nil }
  }
}

/// A map from strings or integers: the keys as a tensor of rank 1, the values in the same order, as a sequence or, where
/// each is one element, as a tensor of rank 1.
public struct MapValue: Sendable {
  public var keys: Tensor
  public var values: RuntimeValue

  public init(keys: Tensor, values: RuntimeValue) {
    self.keys = keys
    self.values = values
  }
}

extension MapValue {
  /// The values one by one.
  public func elements() throws(KernelError) -> [RuntimeValue] {
    switch values {
    case .sequence(let elements): return elements
    case .tensor(let tensor):
      var elements: [RuntimeValue] = []
      for i in 0..<tensor.count {
        let offset = tensor.byteOffset + i * tensor.type.byteCount
        elements.append(.tensor(try Tensor(TensorSpec(tensor.type, []), buffer: tensor.buffer, byteOffset: offset)))
      }
      return elements
    default: throw .invalid("a map's values must be a sequence or a tensor")
    }
  }

  /// The values as a tensor of rank 1, when each is one element and there are as many as keys.
  func packedValues() throws(KernelError) -> Tensor {
    if case .tensor(let tensor) = values, tensor.count == keys.count { return try tensor.reshaped([tensor.count]) }
    let elements = try elements().compactMap(\.tensor)
    let type = elements.first?.type ?? .float
    guard elements.count == keys.count, elements.allSatisfy({ $0.count == 1 && $0.type == type }) else {
      throw .unsupported("a map whose values are not single elements of one type")
    }
    if type == .string {
      return try Tensor(elements.compactMap { $0.elements(as: String.self)?.first }, shape: [elements.count])
    }
    return try Tensor(TensorSpec(type, [elements.count])) { address in
      for (i, element) in elements.enumerated() {
        (address + i * type.byteCount).copyMemory(from: element.address, byteCount: type.byteCount)
      }
    }
  }
}
