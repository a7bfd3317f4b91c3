import Synchronization

// A tensor is stored as its type and its elements' bytes as they lie in memory, strings as themselves. In a plan the
// bytes of all tensors stand outside of the structure, which then holds their numbers.

extension Tensor: Codable {
  public func encode(to encoder: any Encoder) throws {
    var list = encoder.unkeyedContainer()
    try list.encode(spec)
    if type == .string {
      try list.encode(withElements(as: String.self) { Array($0) })
    } else if let sink = (encoder as? BinaryEncoder.Writer)?.tensors {
      try list.encode(sink.append(self))
    } else {
      try list.encode(Array(UnsafeRawBufferPointer(start: address, count: byteCount)))
    }
  }

  public init(from decoder: any Decoder) throws {
    try self.init(unchecked: decoder)
    guard buffer.isIntact(nil) else { throw KernelError.damagedWeights }
  }

  /// Reads a tensor whose elements may have still to be compared with their checksum.
  fileprivate init(unchecked decoder: any Decoder) throws {
    var list = try decoder.unkeyedContainer()
    let spec = try list.decode(TensorSpec.self)
    if spec.type == .string {
      try self.init(list.decode([String].self), shape: spec.shape)
      return
    }
    let byteCount = try spec.checkedCount() * spec.type.byteCount
    if let source = (decoder as? BinaryDecoder.Reader)?.tensors {
      guard let buffer = source.buffer(try list.decode(Int.self)), buffer.byteCount == byteCount else {
        throw KernelError.invalid("the elements of \(spec) are missing")
      }
      try self.init(spec, buffer: buffer)
    } else {
      let bytes = try list.decode([UInt8].self)
      guard byteCount == bytes.count else {
        throw KernelError.invalid("\(bytes.count) bytes do not fill \(spec)")
      }
      try self.init(spec) { address in
        bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(start: address, count: bytes.count).copyMemory(from: $0) }
      }
    }
    // Any other byte in a Bool is undefined behaviour.
    guard spec.type != .bool || storedBytes.allSatisfy({ $0 <= 1 }) else {
      throw KernelError.invalid("a truth value that is neither 0 nor 1")
    }
  }
}

/// A tensor as a constant reads it: whoever runs the program checks it.
struct UncheckedTensor: Decodable {
  let tensor: Tensor

  init(from decoder: any Decoder) throws { tensor = try Tensor(unchecked: decoder) }
}

/// Collects the tensors whose elements are to be stored apart from the structure that refers to them.
final class TensorSink: Sendable {
  private let list = Mutex<[Tensor]>([])

  var tensors: [Tensor] { list.withLock { $0 } }

  /// - Returns: the tensor's number.
  func append(_ tensor: Tensor) -> Int {
    list.withLock { list in
      list.append(tensor)
      return list.count - 1
    }
  }
}

/// Where the elements of tensors lie that were stored apart.
final class TensorSource: Sendable {
  private let buffers: [Buffer]

  init(_ buffers: [Buffer]) { self.buffers = buffers }

  func buffer(_ index: Int) -> Buffer? { buffers.indices.contains(index) ? buffers[index] : nil }
}

extension TensorSpec: Codable {
  public func encode(to encoder: any Encoder) throws {
    var list = encoder.unkeyedContainer()
    try list.encode(type.rawValue)
    for extent in shape { try list.encode(extent) }
  }

  public init(from decoder: any Decoder) throws {
    var list = try decoder.unkeyedContainer()
    guard let type = ElementType(rawValue: try list.decode(UInt8.self)) else {
      throw KernelError.unsupported("this runtime has no such element type")
    }
    var shape: [Int] = []
    shape.reserveCapacity(min((list.count ?? 1) - 1, Limits.rank))
    while !list.isAtEnd { shape.append(try list.decode(Int.self)) }
    self.init(type, shape)
  }
}
