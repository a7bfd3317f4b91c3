internal import COnnxProto
internal import Graph

typealias Initializer<C> = (UnsafeMutablePointer<C>?) -> Void

/// A message that protobuf-c reads and writes as a structure `C`, whose first member is `ProtobufCMessage`.
protocol WireMessage {
  associatedtype C
  /// Makes an empty structure.
  static var initialize: Initializer<C> { get }
  init()
  /// Moves every field, from the structure or into it as the codec does. One list of fields serves both directions, so
  /// that they cannot drift apart.
  mutating func transfer(_ c: inout C, _ f: some FieldCodec) throws(Diagnostic)
}

extension WireMessage {
  static var descriptor: UnsafePointer<ProtobufCMessageDescriptor>? {
    withUnsafeTemporaryAllocation(of: C.self, capacity: 1) { structure in
      initialize(structure.baseAddress)
      return UnsafeRawPointer(structure.baseAddress)?.load(as: ProtobufCMessage.self).descriptor
    }
  }
}

/// One direction between Swift's fields and those of protobuf-c's structures.
protocol FieldCodec {
  /// Whether fields go from the structure to Swift.
  var isReading: Bool { get }

  func field<T: BitwiseCopyable>(
    _ value: inout T?, _ c: inout T, _ has: inout protobuf_c_boolean) throws(Diagnostic)
  func field<T: BitwiseCopyable>(
    _ value: inout [T], _ c: inout UnsafeMutablePointer<T>?, _ count: inout Int) throws(Diagnostic)
  func field(
    _ value: inout [UInt8]?, _ c: inout ProtobufCBinaryData, _ has: inout protobuf_c_boolean) throws(Diagnostic)
  func field(
    _ value: inout [[UInt8]], _ c: inout UnsafeMutablePointer<ProtobufCBinaryData>?, _ count: inout Int
  ) throws(Diagnostic)
  func field(
    _ value: inout String?, _ c: inout ProtobufCBinaryData, _ has: inout protobuf_c_boolean) throws(Diagnostic)
  func field(
    _ value: inout [String], _ c: inout UnsafeMutablePointer<ProtobufCBinaryData>?, _ count: inout Int
  ) throws(Diagnostic)
  func field<M: WireMessage>(_ value: inout M?, _ c: inout UnsafeMutablePointer<M.C>?) throws(Diagnostic)
  func field<M: WireMessage>(
    _ value: inout [M], _ c: inout UnsafeMutablePointer<UnsafeMutablePointer<M.C>?>?, _ count: inout Int
  ) throws(Diagnostic)
  /// A tensor's raw data, in whose place the structure holds a `RawIndex`.
  func field(
    _ value: inout RawData?, _ c: inout ProtobufCBinaryData, _ has: inout protobuf_c_boolean) throws(Diagnostic)
  func field(_ value: inout [UnknownField], _ base: inout ProtobufCMessage) throws(Diagnostic)

  /// Settles, before a tensor's fields are moved, where its data shall lie.
  func place(_ tensor: inout TensorProto) throws(Diagnostic)
}

extension FieldCodec {
  func field(_ value: inout Int?, _ c: inout Int64, _ has: inout protobuf_c_boolean) throws(Diagnostic) {
    var wide = value.map(Int64.init)
    try field(&wide, &c, &has)
    value = wide.map(Int.init)
  }

  func field(
    _ value: inout [Int], _ c: inout UnsafeMutablePointer<Int64>?, _ count: inout Int
  ) throws(Diagnostic) {
    var wide = value.map(Int64.init)
    try field(&wide, &c, &count)
    if isReading { value = wide.map(Int.init) }
  }

  func field<E: RawRepresentable<Int32>, C: RawRepresentable<UInt32>>(
    _ value: inout E?, _ c: inout C, _ has: inout protobuf_c_boolean
  ) throws(Diagnostic) {
    var number = c.rawValue
    var bits = (value?.rawValue).map { UInt32(bitPattern: $0) }
    try field(&bits, &number, &has)
    value = bits.flatMap { E(rawValue: Int32(bitPattern: $0)) }
    c = C(rawValue: number) ?? c
  }

  // A union's member cannot be passed together with the tag that says which member it is; these read or write it alone.

  func take<M: WireMessage>(_ c: UnsafeMutablePointer<M.C>?) throws(Diagnostic) -> M? {
    var message: M?
    var c = c
    try field(&message, &c)
    return message
  }

  func give<M: WireMessage>(_ message: M) throws(Diagnostic) -> UnsafeMutablePointer<M.C>? {
    var message: M? = message
    var c: UnsafeMutablePointer<M.C>?
    try field(&message, &c)
    return c
  }

  func take(_ c: ProtobufCBinaryData) throws(Diagnostic) -> String {
    var text: String?
    var c = c
    var has: protobuf_c_boolean = 1
    try field(&text, &c, &has)
    return text ?? ""
  }

  func give(_ text: String) throws(Diagnostic) -> ProtobufCBinaryData {
    var text: String? = text
    var c = ProtobufCBinaryData()
    var has: protobuf_c_boolean = 1
    try field(&text, &c, &has)
    return c
  }
}

/// What stands in a skeleton in place of a tensor's raw data: its number, in four bytes.
struct RawIndex {
  static let byteCount = 4
  var number: Int

  init(_ number: Int) { self.number = number }

  /// The index in the given bytes; nil when they hold none.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count == Self.byteCount else { return nil }
    number = Int(bytes.loadUnaligned(as: UInt32.self).littleEndian)
  }

  func withUnsafeBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
    try withUnsafePointer(to: UInt32(truncatingIfNeeded: number).littleEndian) { (pointer) throws(E) -> R in
      try body(UnsafeRawBufferPointer(start: pointer, count: Self.byteCount))
    }
  }
}
