/// A sequence of maps, one for each row of operand 0, from the classes' names to the row's numbers.
public struct ZipMapKernel: Kernel {
  public var labels: ClassLabels

  public init(labels: ClassLabels) { self.labels = labels }

  public func prepare(_ operands: Operands, options: KernelOptions) -> Prepared {
    Prepared(values: { [labels] (values, _) throws(KernelError) in
      guard let x = values.first??.tensor else { throw .invalid("operand 0 must be a tensor") }
      let rows = try FeatureRows(x.spec)
      guard rows.features == labels.count, let numbers = x.elements(as: Float.self) else {
        throw .invalid("\(x.spec) cannot be paired with \(labels.count) classes")
      }
      let keys: Tensor
      switch labels {
      case .integers(let integers): keys = try Tensor(integers, shape: [integers.count])
      case .strings(let strings): keys = try Tensor(strings, shape: [strings.count])
      }
      var maps: [RuntimeValue] = []
      for row in 0..<rows.count {
        let range = row * rows.features..<(row + 1) * rows.features
        maps.append(.map(MapValue(keys: keys, values: .tensor(try Tensor(numbers[range], shape: [rows.features])))))
      }
      return [.sequence(maps)]
    })
  }
}
