extension Constant: Codable {
  public func encode(to encoder: any Encoder) throws {
    var list = encoder.unkeyedContainer()
    try list.encode(spec)
    let (elements, forms) = (elements, packedForms.sorted { $0.name < $1.name })
    try list.encode(elements != nil)
    if let elements { try list.encode(elements) }
    try list.encode(forms.count)
    for (name, form) in forms {
      try list.encode(name)
      try list.encode(form)
    }
  }

  public convenience init(from decoder: any Decoder) throws {
    var list = try decoder.unkeyedContainer()
    let spec = try list.decode(TensorSpec.self)
    var state = State()
    if try list.decode(Bool.self) {
      let elements = try list.decode(UncheckedTensor.self).tensor
      guard elements.spec == spec else { throw KernelError.invalid("a constant of two types") }
      state.elements = elements
    }
    for _ in 0..<(try list.decodeCount()) {
      let name = try list.decode(String.self)
      state.packed.append((name, try list.decode(UncheckedTensor.self).tensor))
    }
    self.init(spec: spec, state)
  }
}
