extension Constant: Codable {
  private enum CodingKeys: String, CodingKey {
    case spec, elements, packed
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(spec, forKey: .spec)
    try container.encodeIfPresent(elements, forKey: .elements)
    let forms = packedForms
    if !forms.isEmpty { try container.encode(forms, forKey: .packed) }
  }

  public convenience init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let spec = try container.decode(TensorSpec.self, forKey: .spec)
    let elements = try container.decodeIfPresent(UncheckedTensor.self, forKey: .elements)?.tensor
    guard elements == nil || elements?.spec == spec else { throw KernelError.invalid("a constant of two types") }
    let packed = try container.decodeIfPresent([String: UncheckedTensor].self, forKey: .packed) ?? [:]
    self.init(spec: spec, State(elements: elements, packed: packed.mapValues(\.tensor)))
  }
}
