internal import COnnxProto
internal import Graph
internal import KernelRuntime

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

extension WireMessage {
  /// The message in a buffer. The raw data of its tensors are views of the buffer.
  ///
  /// - Throws: `malformed` or `limit`.
  init(decoding source: Buffer, limits: ReaderLimits) throws(Diagnostic) {
    let bytes = UnsafeRawBufferPointer(start: source.address, count: source.byteCount)
    let cutter = try WireCutter(bytes, of: Self.descriptor, limits: limits) { _ in RawIndex.byteCount }
    guard cutter.byteCount <= limits.skeletonBytes else {
      throw .limit(
        "the file without its tensors' raw data has \(cutter.byteCount) bytes, "
          + "more than the limit of \(limits.skeletonBytes)",
        help: "store tensors as raw data, or raise the reader's limit")
    }
    let skeleton = UnsafeMutableRawBufferPointer.allocate(byteCount: cutter.byteCount, alignment: 1)
    defer { skeleton.deallocate() }
    var rest = skeleton[...]
    func append(_ piece: UnsafeRawBufferPointer) {
      UnsafeMutableRawBufferPointer(rebasing: rest).copyMemory(from: piece)
      rest = rest.dropFirst(piece.count)
    }
    try cutter.emit(copy: append) { number in RawIndex(number).withUnsafeBytes(append) }

    var budget = AllocationBudget(bytesLeft: limits.parserBytes)
    self = try withUnsafeMutablePointer(to: &budget) { (budget) throws(Diagnostic) -> Self in
      // protobuf-c owns what it unpacks; everything is copied out before it is freed here.
      var allocator = budget.pointee.allocator(budget)
      guard
        let message = protobuf_c_message_unpack(
          Self.descriptor, &allocator, skeleton.count, skeleton.baseAddress?.assumingMemoryBound(to: UInt8.self))
      else {
        throw budget.pointee.isExhausted
          ? .limit("the file's contents take more than \(limits.parserBytes) bytes of memory")
          : .malformed("the file is no ONNX file, or is damaged")
      }
      defer { protobuf_c_message_free_unpacked(message, &allocator) }
      let decoder = FieldDecoder(source: source, cuts: cutter.cuts, message: Self.self)
      return try decoder.message(UnsafeMutableRawPointer(message).assumingMemoryBound(to: C.self))
    }
  }
}

/// Bounds what protobuf-c allocates. What it frees is not given back: the sum bounds the peak.
private struct AllocationBudget {
  var bytesLeft: Int
  var isExhausted = false

  func allocator(_ budget: UnsafeMutablePointer<AllocationBudget>) -> ProtobufCAllocator {
    ProtobufCAllocator(
      alloc: { data, size in
        guard let budget = data?.assumingMemoryBound(to: AllocationBudget.self) else { return nil }
        guard size <= budget.pointee.bytesLeft, let memory = malloc(max(size, 1)) else {
          budget.pointee.isExhausted = true
          return nil
        }
        budget.pointee.bytesLeft -= size
        return memory
      },
      free: { _, memory in free(memory) }, allocator_data: budget)
  }
}

/// Copies fields out of protobuf-c's structures.
private struct FieldDecoder: FieldCodec {
  /// The bytes that the message was read from.
  let source: Buffer
  /// Where in them the raw data lies, by index.
  let cuts: [Range<Int>]
  /// The message whose fields are being read.
  let message: Any.Type

  var isReading: Bool { true }

  func message<M: WireMessage>(_ c: UnsafeMutablePointer<M.C>) throws(Diagnostic) -> M {
    var message = M()
    try message.transfer(&c.pointee, FieldDecoder(source: source, cuts: cuts, message: M.self))
    return message
  }

  func field<T: BitwiseCopyable>(_ value: inout T?, _ c: inout T, _ has: inout protobuf_c_boolean) {
    value = has != 0 ? c : nil
  }

  func field<T: BitwiseCopyable>(_ value: inout [T], _ c: inout UnsafeMutablePointer<T>?, _ count: inout Int) {
    value = Array(UnsafeBufferPointer(start: c, count: count))
  }

  func field(_ value: inout [UInt8]?, _ c: inout ProtobufCBinaryData, _ has: inout protobuf_c_boolean) {
    value = has != 0 ? Array(c.buffer) : nil
  }

  func field(
    _ value: inout [[UInt8]], _ c: inout UnsafeMutablePointer<ProtobufCBinaryData>?, _ count: inout Int
  ) {
    value = UnsafeBufferPointer(start: c, count: count).map { Array($0.buffer) }
  }

  func field(
    _ value: inout String?, _ c: inout ProtobufCBinaryData, _ has: inout protobuf_c_boolean
  ) throws(Diagnostic) {
    value = has != 0 ? try string(c) : nil
  }

  func field(
    _ value: inout [String], _ c: inout UnsafeMutablePointer<ProtobufCBinaryData>?, _ count: inout Int
  ) throws(Diagnostic) {
    value.reserveCapacity(count)
    for item in UnsafeBufferPointer(start: c, count: count) { value.append(try string(item)) }
  }

  func field<M: WireMessage>(_ value: inout M?, _ c: inout UnsafeMutablePointer<M.C>?) throws(Diagnostic) {
    value = nil
    if let c { value = try message(c) }
  }

  func field<M: WireMessage>(
    _ value: inout [M], _ c: inout UnsafeMutablePointer<UnsafeMutablePointer<M.C>?>?, _ count: inout Int
  ) throws(Diagnostic) {
    value.reserveCapacity(count)
    for item in UnsafeBufferPointer(start: c, count: count) {
      if let item { value.append(try message(item)) }
    }
  }

  func field(
    _ value: inout RawData?, _ c: inout ProtobufCBinaryData, _ has: inout protobuf_c_boolean
  ) throws(Diagnostic) {
    value = nil
    guard has != 0 else { return }
    guard let index = RawIndex(UnsafeRawBufferPointer(c.buffer))?.number, cuts.indices.contains(index),
      let data = RawData(source, offset: cuts[index].lowerBound, count: cuts[index].count)
    else { throw .malformed("a tensor's raw data cannot be found") }
    value = data
  }

  func field(_ value: inout [UnknownField], _ base: inout ProtobufCMessage) {
    guard base.n_unknown_fields > 0 else { return }
    value = UnsafeBufferPointer(start: base.unknown_fields, count: Int(base.n_unknown_fields)).map {
      UnknownField(
        number: $0.tag, wireType: UInt8(truncatingIfNeeded: $0.wire_type.rawValue),
        bytes: Array(UnsafeBufferPointer(start: $0.data, count: $0.len)))
    }
  }

  func place(_ tensor: inout TensorProto) {}

  private func string(_ c: ProtobufCBinaryData) throws(Diagnostic) -> String {
    guard let text = String(validating: c.buffer, as: UTF8.self) else {
      let readable = String(decoding: c.buffer.prefix(100), as: UTF8.self)
      throw .malformed("a text in a \(message) message is not valid UTF-8: \"\(readable)\"")
    }
    return text
  }
}

extension ProtobufCBinaryData {
  fileprivate var buffer: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: data, count: len) }
}
