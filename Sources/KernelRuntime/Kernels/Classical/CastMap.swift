/// The values of a map from integers as a tensor (1, length): in the order of their keys, or each at its key.
public struct CastMapKernel: Kernel {
  public var to: ElementType
  /// The tensor's length when each value stands at its key; nil to close the gaps.
  public var length: Int?

  public init(to: ElementType, length: Int? = nil) {
    self.to = to
    self.length = length
  }

  public func prepare(_ operands: Operands, options: KernelOptions) -> Prepared {
    Prepared(values: { [to, length] (values, context) throws(KernelError) in
      guard case .map(let map)? = values.first, let keys = map.keys.elements(as: Int64.self) else {
        throw .invalid("operand 0 must be a map from integers")
      }
      let tensor = try map.packedValues()
      let order = keys.indices.sorted { keys[$0] < keys[$1] }
      let count = length ?? keys.count
      var places: [Int?] = length == nil ? order.map { $0 } : Array(repeating: nil, count: count)
      if length != nil {
        for i in order {
          guard let key = Int(exactly: keys[i]), places.indices.contains(key) else {
            throw .invalid("key \(keys[i]) is outside a tensor of \(count) elements")
          }
          places[key] = i
        }
      }
      let gathered: Tensor
      if let strings = tensor.elements(as: String.self) {
        // What is missing must be a number where the strings are to be numbers.
        let missing = to == .string ? "" : "0"
        gathered = try Tensor(places.map { $0.map { strings[$0] } ?? missing }, shape: [1, count])
      } else if let numbers = tensor.elements(as: Float.self) {
        gathered = try Tensor(places.map { $0.map { numbers[$0] } ?? 0 }, shape: [1, count])
      } else {
        throw .unsupported("a map with values of type \(tensor.type.name)")
      }
      let cast = try CastKernel(to: to).evaluate([gathered], options: context.options, threads: context.threads)
      return cast.map { .tensor($0) }
    })
  }
}
