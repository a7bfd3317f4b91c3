/// The values of a map as a tensor (1, length): each at the place of its key in a vocabulary, zeros or empty strings
/// elsewhere. Keys that the vocabulary lacks are left out.
///
/// The standard speaks of one dimension; ONNX Runtime gives two, which the models that follow expect.
public struct DictVectorizerKernel: Kernel {
  public var vocabulary: ClassLabels

  public init(vocabulary: ClassLabels) { self.vocabulary = vocabulary }

  public func prepare(_ operands: Operands, options: KernelOptions) -> Prepared {
    Prepared(values: { [vocabulary] (values, _) throws(KernelError) in
      guard case .map(let map)? = values.first else { throw .invalid("operand 0 must be a map") }
      let tensor = try map.packedValues()
      var places: [Int?]
      switch vocabulary {
      case .integers(let words): places = try Self.places(words, map.keys)
      case .strings(let words): places = try Self.places(words, map.keys)
      }
      return [.tensor(try tensor.type.move(Visit(tensor: tensor, places: places)))]
    })
  }

  /// Where in the map each word of the vocabulary stands.
  private static func places<Key: Element & Hashable>(_ words: [Key], _ tensor: Tensor) throws(KernelError) -> [Int?] {
    guard let keys = tensor.elements(as: Key.self) else {
      throw .invalid("the map's keys of type \(tensor.type.name) are not the vocabulary's")
    }
    let places = Dictionary(zip(keys, keys.indices), uniquingKeysWith: { first, _ in first })
    return words.map { places[$0] }
  }

  private struct Visit: ElementVisitor {
    let tensor: Tensor
    let places: [Int?]
    func visit<T: Element>(_ type: T.Type) throws(KernelError) -> Tensor {
      try Tensor(.checked(tensor.type, [1, places.count])) { address in
        // Strings are there already; all other elements' zero is zero bytes.
        if tensor.type != .string {
          UnsafeMutableRawBufferPointer(start: address, count: places.count * tensor.type.byteCount)
            .initializeMemory(as: UInt8.self, repeating: 0)
        }
        let to = address.assumingMemoryBound(to: T.self)
        tensor.withElements(as: T.self) { from in
          for (i, place) in places.enumerated() { if let place { to[i] = from[place] } }
        }
      }
    }
  }
}
