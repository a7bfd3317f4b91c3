internal import COnnxProto
internal import Graph

/// Walks a message in protobuf's encoding and replaces the raw data of every tensor in it, whatever its size, by
/// something of another length.
///
/// The reader replaces raw data by indices, so that protobuf-c, which copies all that it unpacks, sees only the skeleton
/// of the file; the writer puts raw data back in the indices' place. All that follows from the changed lengths is settled
/// in one walk forward, and the result can then be copied in one pass.
struct WireCutter {
  /// A place where the result differs from the input.
  private struct Edit {
    /// The bytes replaced: a length prefix, and for raw data the content too.
    var range: Range<Int>
    /// The length that is written instead.
    var length: Int
    /// Which raw data follows the length, if any does.
    var cut: Int?
  }

  let bytes: UnsafeRawBufferPointer
  let limits: ReaderLimits
  /// Where in the input the raw data lies.
  private(set) var cuts: [Range<Int>] = []
  /// The size of the result.
  private(set) var byteCount = 0

  private var edits: [Edit] = []
  private var position = 0
  private var fields = 0
  private let tensor = TensorProto.descriptor
  private let rawDataNumber: UInt32 = 9
  private let replacementLength: (UnsafeRawBufferPointer) throws(Diagnostic) -> Int

  /// Walks a message.
  ///
  /// - Parameter replacementLength: How long what will stand in the place of the given raw data is.
  /// - Throws: `malformed` when the bytes are no message in protobuf's encoding or a field's wire type is not its
  ///   type's; `limit` when there is more of it than the limits allow.
  init(
    _ bytes: UnsafeRawBufferPointer, of type: UnsafePointer<ProtobufCMessageDescriptor>?, limits: ReaderLimits,
    replacementLength: @escaping (UnsafeRawBufferPointer) throws(Diagnostic) -> Int
  ) throws(Diagnostic) {
    self.bytes = bytes
    self.limits = limits
    self.replacementLength = replacementLength
    byteCount = try message(of: type, end: bytes.count, depth: 1)
  }

  /// Gives the result piece by piece: bytes of the input to copy, and which raw data to put between them.
  func emit(
    copy: (UnsafeRawBufferPointer) throws(Diagnostic) -> Void, replacement: (Int) throws(Diagnostic) -> Void
  ) throws(Diagnostic) {
    var done = 0
    for edit in edits {
      try copy(UnsafeRawBufferPointer(rebasing: bytes[done..<edit.range.lowerBound]))
      try Varint(edit.length).withUnsafeBytes(copy)
      if let cut = edit.cut { try replacement(cut) }
      done = edit.range.upperBound
    }
    try copy(UnsafeRawBufferPointer(rebasing: bytes[done...]))
  }

  /// Walks one message from the current position to its end and returns its length in the result.
  private mutating func message(
    of type: UnsafePointer<ProtobufCMessageDescriptor>?, end: Int, depth: Int
  ) throws(Diagnostic) -> Int {
    guard depth <= limits.depth else {
      throw .limit(
        "the file's messages nest deeper than \(limits.depth) levels", help: "raise the reader's limit on depth")
    }
    let start = position
    var growth = 0
    while position < end {
      fields += 1
      guard fields <= limits.fields else {
        throw .limit("the file has more than \(limits.fields) fields", help: "raise the reader's limit on fields")
      }
      let tagPosition = position
      let tag = try varint(end: end)
      guard let number = UInt32(exactly: tag >> 3), number > 0, number < 1 << 29 else {
        throw malformed("a field has number \(tag >> 3)", at: tagPosition)
      }
      let field = protobuf_c_message_descriptor_get_field(type, number)
      let wireType = tag & 7
      if let field, !field.pointee.allows(wireType: wireType) {
        throw malformed("field \(number) has wire type \(wireType), which is not its type's", at: tagPosition)
      }
      switch wireType {
      case 0: _ = try varint(end: end)
      case 1: try skip(8, end: end)
      case 5: try skip(4, end: end)
      case 2: growth = try add(growth, lengthDelimited(number, field, in: type, end: end, depth: depth))
      default: throw malformed("field \(number) has wire type \(wireType), which ONNX does not use", at: tagPosition)
      }
    }
    return try add(end - start, growth)
  }

  /// Walks one length-delimited field from its length on and returns by how much longer it is in the result.
  private mutating func lengthDelimited(
    _ number: UInt32, _ field: UnsafePointer<ProtobufCFieldDescriptor>?,
    in type: UnsafePointer<ProtobufCMessageDescriptor>?, end: Int, depth: Int
  ) throws(Diagnostic) -> Int {
    let prefix = position
    let declared = try varint(end: end)
    guard declared <= UInt64(end - position) else {
      throw malformed("field \(number) is \(declared) bytes long and \(end - position) are left", at: prefix)
    }
    let contentStart = position
    let contentEnd = position + Int(declared)
    let newLength: Int
    if type == tensor && number == rawDataNumber {
      newLength = try replacementLength(UnsafeRawBufferPointer(rebasing: bytes[contentStart..<contentEnd]))
      edits.append(Edit(range: prefix..<contentEnd, length: newLength, cut: cuts.count))
      cuts.append(contentStart..<contentEnd)
    } else if let field, field.pointee.type == PROTOBUF_C_TYPE_MESSAGE {
      let edit = edits.count
      edits.append(Edit(range: prefix..<contentStart, length: 0))
      newLength = try message(
        of: field.pointee.descriptor?.assumingMemoryBound(to: ProtobufCMessageDescriptor.self), end: contentEnd,
        depth: depth + 1)
      if edits.count == edit + 1 {
        edits.removeLast()
        return 0
      }
      edits[edit].length = newLength
    } else {
      newLength = contentEnd - contentStart
      position = contentEnd
      return 0
    }
    position = contentEnd
    let oldSize = contentEnd - prefix
    return try add(newLength, Varint(newLength).count) - oldSize
  }

  private func add(_ a: Int, _ b: Int) throws(Diagnostic) -> Int {
    let (sum, overflow) = a.addingReportingOverflow(b)
    guard !overflow else { throw .limit("the file is too large") }
    return sum
  }

  private mutating func skip(_ count: Int, end: Int) throws(Diagnostic) {
    guard count <= end - position else { throw malformed("a number is cut off", at: position) }
    position += count
  }

  private mutating func varint(end: Int) throws(Diagnostic) -> UInt64 {
    let start = position
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < end {
      let byte = bytes[position]
      position += 1
      guard shift < 63 || byte <= 1 else { throw malformed("a number is longer than 64 bits", at: start) }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    throw malformed("a number is cut off", at: start)
  }

  private func malformed(_ text: String, at position: Int) -> Diagnostic {
    .malformed("the file is no ONNX file, or is damaged: \(text), at byte \(position)")
  }
}

extension ProtobufCFieldDescriptor {
  /// Whether a field of this type may have the given wire type.
  fileprivate func allows(wireType: UInt64) -> Bool {
    let own: UInt64
    switch type {
    case PROTOBUF_C_TYPE_BYTES, PROTOBUF_C_TYPE_STRING, PROTOBUF_C_TYPE_MESSAGE: return wireType == 2
    case PROTOBUF_C_TYPE_DOUBLE, PROTOBUF_C_TYPE_FIXED64, PROTOBUF_C_TYPE_SFIXED64: own = 1
    case PROTOBUF_C_TYPE_FLOAT, PROTOBUF_C_TYPE_FIXED32, PROTOBUF_C_TYPE_SFIXED32: own = 5
    default: own = 0
    }
    // Repeated numbers may be packed into one field.
    return wireType == own || (wireType == 2 && label == PROTOBUF_C_LABEL_REPEATED)
  }
}

/// A number in protobuf's variable-length encoding.
struct Varint {
  private var storage: (UInt64, UInt16) = (0, 0)
  /// The number of bytes.
  private(set) var count = 1

  init(_ value: Int) {
    var rest = UInt64(bitPattern: Int64(value))
    let bytes = withUnsafeMutableBytes(of: &storage) { storage in
      var count = 0
      while rest >= 0x80 {
        storage[count] = UInt8(truncatingIfNeeded: rest) | 0x80
        rest >>= 7
        count += 1
      }
      storage[count] = UInt8(truncatingIfNeeded: rest)
      return count + 1
    }
    count = bytes
  }

  func withUnsafeBytes<E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> Void) throws(E) {
    try Swift.withUnsafeBytes(of: storage) { (bytes) throws(E) in
      try body(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
    }
  }
}
