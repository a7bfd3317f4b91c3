extension Dimension {
  /// An extent that an operator's inference cannot know, to be given a symbol of its own by the caller; equal names
  /// within one node's results mean equal extents.
  public static func local(_ name: String) -> Dimension { Dimension(symbol: "$\(name)") }

  /// The names of the local extents that the expression mentions.
  var locals: Set<String> { symbols.filter { $0.hasPrefix("$") } }
}

extension ValueType {
  /// All extents that the type mentions.
  public var extents: [Dimension] {
    switch self {
    case .tensor(let type), .sparseTensor(let type): type.shape ?? []
    case .sequence(let element), .optional(let element): element.extents
    case .map(_, let value): value.extents
    }
  }

  /// The type with each dimension replaced by another.
  public func mapDimensions(_ transform: (Dimension) -> Dimension) -> ValueType {
    switch self {
    case .tensor(let type): .tensor(TensorType(type.elementType, type.shape?.map(transform)))
    case .sparseTensor(let type): .sparseTensor(TensorType(type.elementType, type.shape?.map(transform)))
    case .sequence(let element): .sequence(element.mapDimensions(transform))
    case .optional(let element): .optional(element.mapDimensions(transform))
    case .map(let key, let value): .map(key: key, value: value.mapDimensions(transform))
    }
  }
}

extension Graph {
  /// The types with a fresh symbol for each local extent.
  public mutating func resolvingLocals(in types: [ValueType]) -> [ValueType] {
    let locals = Set(types.flatMap(\.extents).flatMap(\.locals))
    if locals.isEmpty { return types }
    var symbols: [String: Dimension] = [:]
    for local in locals.sorted() { symbols[local] = freshSymbol() }
    return types.map { $0.mapDimensions { $0.substituting(symbols) } }
  }
}
