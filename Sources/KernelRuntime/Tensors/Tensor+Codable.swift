// A tensor is stored as its type and its elements' bytes as they lie in memory, strings as themselves.

extension Tensor: Codable {
  private enum CodingKeys: String, CodingKey {
    case spec, bytes, strings
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(spec, forKey: .spec)
    if type == .string {
      try container.encode(withElements(as: String.self) { Array($0) }, forKey: .strings)
    } else {
      try container.encode(Array(UnsafeRawBufferPointer(start: address, count: byteCount)), forKey: .bytes)
    }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let spec = try container.decode(TensorSpec.self, forKey: .spec)
    if spec.type == .string {
      try self.init(container.decode([String].self, forKey: .strings), shape: spec.shape)
      return
    }
    let bytes = try container.decode([UInt8].self, forKey: .bytes)
    guard try spec.checkedCount() * spec.type.byteCount == bytes.count else {
      throw KernelError.invalid("\(bytes.count) bytes do not fill \(spec)")
    }
    try self.init(spec) { address in
      bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(start: address, count: bytes.count).copyMemory(from: $0) }
    }
  }
}
