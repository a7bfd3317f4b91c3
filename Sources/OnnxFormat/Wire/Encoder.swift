internal import COnnxProto
internal import Graph
internal import KernelRuntime

/// A message packed for writing: the skeleton, with indices in place of tensors' raw data, and the raw data.
struct PackedMessage {
  /// The skeleton.
  let skeleton: OwnedBytes
  /// The raw data, by index.
  let payloads: [RawData]
  private let type: UnsafePointer<ProtobufCMessageDescriptor>?

  /// Packs a message.
  ///
  /// - Parameter place: Settles where a tensor's data shall lie, by changing the tensor.
  /// - Throws: `limit` when messages nest deeper than readers accept, and whatever `place` throws.
  init<M: WireMessage>(
    _ message: M, place: @escaping (inout TensorProto) throws(Diagnostic) -> Void = { _ in }
  ) throws(Diagnostic) {
    let arena = Arena()
    let encoder = FieldEncoder(arena: arena, depth: 0, place: place)
    let structure = UnsafeRawPointer(try encoder.message(message)).assumingMemoryBound(to: ProtobufCMessage.self)
    skeleton = OwnedBytes(byteCount: protobuf_c_message_get_packed_size(structure))
    protobuf_c_message_pack(structure, skeleton.bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
    payloads = arena.payloads
    type = M.descriptor
  }

  /// The walk over the skeleton that puts the raw data back. It views the skeleton, which must outlive it.
  func cutter() throws(Diagnostic) -> WireCutter {
    var limits = ReaderLimits()
    limits.fields = .max
    return try WireCutter(UnsafeRawBufferPointer(skeleton.bytes), of: type, limits: limits) {
      [payloads] (content) throws(Diagnostic) -> Int in
      guard let index = RawIndex(content)?.number, payloads.indices.contains(index) else {
        throw .unwritable("a tensor's raw data cannot be found")
      }
      return payloads[index].count
    }
  }
}

/// Memory for protobuf-c's structures, freed at once.
private final class Arena {
  var payloads: [RawData] = []

  private static let blockSize = 1 << 16
  private static let alignment = 16
  private var blocks: [UnsafeMutableRawPointer]
  private var next: UnsafeMutableRawPointer
  private var left = blockSize

  init() {
    next = .allocate(byteCount: Self.blockSize, alignment: Self.alignment)
    blocks = [next]
  }

  deinit {
    for block in blocks { block.deallocate() }
  }

  /// Memory of the given size, aligned for any structure, with undefined contents.
  func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer {
    let size = (byteCount + Self.alignment - 1) / Self.alignment * Self.alignment
    if size > left {
      left = max(size, Self.blockSize)
      next = .allocate(byteCount: left, alignment: Self.alignment)
      blocks.append(next)
    }
    defer {
      next += size
      left -= size
    }
    return next
  }

  func copy<T: BitwiseCopyable>(_ elements: [T]) -> UnsafeMutablePointer<T>? {
    guard !elements.isEmpty else { return nil }
    let start = allocate(elements.count * MemoryLayout<T>.stride).bindMemory(to: T.self, capacity: elements.count)
    elements.withUnsafeBufferPointer { elements in
      if let source = elements.baseAddress { start.initialize(from: source, count: elements.count) }
    }
    return start
  }

  func copy(_ bytes: UnsafeRawBufferPointer) -> ProtobufCBinaryData {
    guard !bytes.isEmpty else { return ProtobufCBinaryData() }
    let start = allocate(bytes.count)
    UnsafeMutableRawBufferPointer(start: start, count: bytes.count).copyMemory(from: bytes)
    return ProtobufCBinaryData(len: bytes.count, data: start.assumingMemoryBound(to: UInt8.self))
  }

  func copy(_ text: String) -> ProtobufCBinaryData {
    var text = text
    return text.withUTF8 { copy(UnsafeRawBufferPointer($0)) }
  }
}

/// Copies fields into protobuf-c's structures.
private struct FieldEncoder: FieldCodec {
  let arena: Arena
  let depth: Int
  let place: (inout TensorProto) throws(Diagnostic) -> Void

  var isReading: Bool { false }

  func message<M: WireMessage>(_ message: M) throws(Diagnostic) -> UnsafeMutablePointer<M.C> {
    let limit = ReaderLimits().depth
    guard depth < limit else {
      throw .limit("the model's messages nest deeper than \(limit) levels, which readers refuse")
    }
    let c = arena.allocate(MemoryLayout<M.C>.stride).bindMemory(to: M.C.self, capacity: 1)
    M.initialize(c)
    var message = message
    try message.transfer(&c.pointee, FieldEncoder(arena: arena, depth: depth + 1, place: place))
    return c
  }

  func field<T: BitwiseCopyable>(_ value: inout T?, _ c: inout T, _ has: inout protobuf_c_boolean) {
    guard let value else { return }
    c = value
    has = 1
  }

  func field<T: BitwiseCopyable>(_ value: inout [T], _ c: inout UnsafeMutablePointer<T>?, _ count: inout Int) {
    c = arena.copy(value)
    count = value.count
  }

  func field(_ value: inout [UInt8]?, _ c: inout ProtobufCBinaryData, _ has: inout protobuf_c_boolean) {
    guard let value else { return }
    c = value.withUnsafeBytes(arena.copy)
    has = 1
  }

  func field(
    _ value: inout [[UInt8]], _ c: inout UnsafeMutablePointer<ProtobufCBinaryData>?, _ count: inout Int
  ) {
    c = arena.copy(value.map { $0.withUnsafeBytes(arena.copy) })
    count = value.count
  }

  func field(_ value: inout String?, _ c: inout ProtobufCBinaryData, _ has: inout protobuf_c_boolean) {
    guard let value else { return }
    c = arena.copy(value)
    has = 1
  }

  func field(
    _ value: inout [String], _ c: inout UnsafeMutablePointer<ProtobufCBinaryData>?, _ count: inout Int
  ) {
    c = arena.copy(value.map { arena.copy($0) })
    count = value.count
  }

  func field<M: WireMessage>(_ value: inout M?, _ c: inout UnsafeMutablePointer<M.C>?) throws(Diagnostic) {
    c = nil
    if let value { c = try message(value) }
  }

  func field<M: WireMessage>(
    _ value: inout [M], _ c: inout UnsafeMutablePointer<UnsafeMutablePointer<M.C>?>?, _ count: inout Int
  ) throws(Diagnostic) {
    var items: [UnsafeMutablePointer<M.C>?] = []
    items.reserveCapacity(value.count)
    for item in value { items.append(try message(item)) }
    c = arena.copy(items)
    count = items.count
  }

  func field(_ value: inout RawData?, _ c: inout ProtobufCBinaryData, _ has: inout protobuf_c_boolean) {
    guard let value else { return }
    c = RawIndex(arena.payloads.count).withUnsafeBytes(arena.copy)
    has = 1
    arena.payloads.append(value)
  }

  func field(_ value: inout [UnknownField], _ base: inout ProtobufCMessage) {
    let fields = value.map { field in
      let bytes = field.bytes.withUnsafeBytes(arena.copy)
      return ProtobufCMessageUnknownField(
        tag: field.number, wire_type: ProtobufCWireType(UInt32(field.wireType)), len: bytes.len, data: bytes.data)
    }
    base.unknown_fields = arena.copy(fields)
    base.n_unknown_fields = UInt32(truncatingIfNeeded: fields.count)
  }

  func place(_ tensor: inout TensorProto) throws(Diagnostic) { try place(&tensor) }
}
