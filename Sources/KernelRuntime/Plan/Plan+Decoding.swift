/// Reads what `BinaryEncoder` writes, from bytes that may be anything.
struct BinaryDecoder {
  var userInfo: [CodingUserInfoKey: any Sendable] = [:]

  func decode<T: Decodable>(_ type: T.Type, from bytes: UnsafeRawBufferPointer) throws -> T {
    var cursor = BinaryCursor(bytes)
    var names: [String] = []
    for _ in 0..<(try cursor.count()) {
      guard let name = String(validating: try cursor.bytes(try cursor.count()), as: UTF8.self) else {
        throw malformed
      }
      names.append(name)
    }
    return try T(from: Reader(cursor.rest, Context(names: names, userInfo: userInfo), depth: 0))
  }

  private final class Context {
    let names: [String]
    let userInfo: [CodingUserInfoKey: any Sendable]

    init(names: [String], userInfo: [CodingUserInfoKey: any Sendable]) {
      self.names = names
      self.userInfo = userInfo
    }
  }

  /// One value.
  private struct Reader: Decoder, SingleValueDecodingContainer {
    let value: UnsafeRawBufferPointer
    let context: Context
    let depth: Int
    let codingPath: [any CodingKey] = []
    var userInfo: [CodingUserInfoKey: Any] { context.userInfo }

    private static let maximalDepth = 512

    init(_ value: UnsafeRawBufferPointer, _ context: Context, depth: Int) throws {
      guard depth <= Self.maximalDepth else { throw malformed }
      self.value = value
      self.context = context
      self.depth = depth
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
      KeyedDecodingContainer(try Fields(self))
    }
    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { try List(self) }
    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    func inner(_ value: UnsafeRawBufferPointer) throws -> Reader { try Reader(value, context, depth: depth + 1) }

    /// What follows the byte that says that the value is of a kind.
    func content(_ kind: BinaryKind) throws -> UnsafeRawBufferPointer {
      guard value.first == kind.rawValue else { throw malformed }
      return UnsafeRawBufferPointer(rebasing: value.dropFirst())
    }

    private func integer<T: FixedWidthInteger>() throws -> T {
      var cursor = BinaryCursor(try content(.integer))
      let number = try cursor.number()
      guard cursor.rest.isEmpty, let result = T(exactly: Int64(bitPattern: number >> 1) ^ -Int64(number & 1)) else {
        throw malformed
      }
      return result
    }
    private func bits<T: FixedWidthInteger>(_ kind: BinaryKind) throws -> T {
      let content = try content(kind)
      guard content.count == MemoryLayout<T>.size else { throw malformed }
      return T(littleEndian: content.loadUnaligned(as: T.self))
    }

    func decodeNil() -> Bool { value.first == BinaryKind.none.rawValue }
    func decode(_ type: Bool.Type) throws -> Bool {
      if value.first == BinaryKind.yes.rawValue { return true }
      _ = try content(.no)
      return false
    }
    func decode(_ type: String.Type) throws -> String {
      guard let text = String(validating: try content(.text), as: UTF8.self) else { throw malformed }
      return text
    }
    func decode(_ type: Double.Type) throws -> Double { Double(bitPattern: try bits(.double)) }
    func decode(_ type: Float.Type) throws -> Float { Float(bitPattern: try bits(.float)) }
    func decode(_ type: Int.Type) throws -> Int { try integer() }
    func decode(_ type: Int8.Type) throws -> Int8 { try integer() }
    func decode(_ type: Int16.Type) throws -> Int16 { try integer() }
    func decode(_ type: Int32.Type) throws -> Int32 { try integer() }
    func decode(_ type: Int64.Type) throws -> Int64 { try integer() }
    func decode(_ type: UInt.Type) throws -> UInt { UInt(bitPattern: try integer() as Int) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try integer() }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try integer() }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try integer() }
    func decode(_ type: UInt64.Type) throws -> UInt64 { UInt64(bitPattern: try integer() as Int64) }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try T(from: self) }
  }

  private struct Fields<Key: CodingKey>: KeyedDecodingContainerProtocol {
    private let reader: Reader
    private let fields: [(name: Int, value: UnsafeRawBufferPointer)]
    let codingPath: [any CodingKey] = []
    var allKeys: [Key] { fields.compactMap { Key(stringValue: reader.context.names[$0.name]) } }

    init(_ reader: Reader) throws {
      self.reader = reader
      var cursor = BinaryCursor(try reader.content(.fields))
      var fields: [(name: Int, value: UnsafeRawBufferPointer)] = []
      let count = try cursor.count()
      fields.reserveCapacity(count)
      for _ in 0..<count {
        let name = try cursor.number()
        guard name < reader.context.names.count else { throw malformed }
        fields.append((Int(name), try cursor.bytes(try cursor.count())))
      }
      self.fields = fields
    }

    private func find(_ key: Key) -> UnsafeRawBufferPointer? {
      let name = key.stringValue
      return fields.first { reader.context.names[$0.name] == name }?.value
    }
    private func field(_ key: Key) throws -> Reader {
      guard let value = find(key) else { throw malformed }
      return try reader.inner(value)
    }

    func contains(_ key: Key) -> Bool { find(key) != nil }
    func decodeNil(forKey key: Key) throws -> Bool { try field(key).decodeNil() }
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try field(key).decode(type) }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try field(key).decode(type) }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try field(key).decode(type) }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try field(key).decode(type) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try field(key).decode(type) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try field(key).decode(type) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try field(key).decode(type) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try field(key).decode(type) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try field(key).decode(type) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try field(key).decode(type) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try field(key).decode(type) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try field(key).decode(type) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try field(key).decode(type) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try field(key).decode(type) }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try T(from: field(key)) }
    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { try field(key).container(keyedBy: type) }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
      try field(key).unkeyedContainer()
    }
    func superDecoder() throws -> any Decoder { throw malformed }
    func superDecoder(forKey key: Key) throws -> any Decoder { try field(key) }
  }

  private struct List: UnkeyedDecodingContainer {
    private let reader: Reader
    private var cursor: BinaryCursor
    private(set) var currentIndex = 0
    private let elementCount: Int
    let codingPath: [any CodingKey] = []
    var count: Int? { elementCount }
    var isAtEnd: Bool { currentIndex >= elementCount }

    init(_ reader: Reader) throws {
      self.reader = reader
      cursor = BinaryCursor(try reader.content(.list))
      elementCount = try cursor.count()
    }

    private mutating func next() throws -> Reader {
      guard !isAtEnd else { throw malformed }
      let element = try reader.inner(cursor.bytes(cursor.count()))
      currentIndex += 1
      return element
    }

    mutating func decodeNil() throws -> Bool {
      let before = self
      if try next().decodeNil() { return true }
      self = before
      return false
    }
    mutating func decode(_ type: Bool.Type) throws -> Bool { try next().decode(type) }
    mutating func decode(_ type: String.Type) throws -> String { try next().decode(type) }
    mutating func decode(_ type: Double.Type) throws -> Double { try next().decode(type) }
    mutating func decode(_ type: Float.Type) throws -> Float { try next().decode(type) }
    mutating func decode(_ type: Int.Type) throws -> Int { try next().decode(type) }
    mutating func decode(_ type: Int8.Type) throws -> Int8 { try next().decode(type) }
    mutating func decode(_ type: Int16.Type) throws -> Int16 { try next().decode(type) }
    mutating func decode(_ type: Int32.Type) throws -> Int32 { try next().decode(type) }
    mutating func decode(_ type: Int64.Type) throws -> Int64 { try next().decode(type) }
    mutating func decode(_ type: UInt.Type) throws -> UInt { try next().decode(type) }
    mutating func decode(_ type: UInt8.Type) throws -> UInt8 { try next().decode(type) }
    mutating func decode(_ type: UInt16.Type) throws -> UInt16 { try next().decode(type) }
    mutating func decode(_ type: UInt32.Type) throws -> UInt32 { try next().decode(type) }
    mutating func decode(_ type: UInt64.Type) throws -> UInt64 { try next().decode(type) }
    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try T(from: next()) }
    mutating func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> { try next().container(keyedBy: type) }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try next().unkeyedContainer() }
    mutating func superDecoder() throws -> any Decoder { try next() }
  }
}

/// Reads numbers and stretches of bytes one after the other, never past the end.
private struct BinaryCursor {
  private(set) var rest: UnsafeRawBufferPointer

  init(_ bytes: UnsafeRawBufferPointer) { rest = bytes }

  mutating func number() throws -> UInt64 {
    var number: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = rest.first else { throw malformed }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst())
      number |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return number }
    }
    throw malformed
  }

  /// A number of things that take at least a byte each, of which there cannot be more than bytes.
  mutating func count() throws -> Int {
    guard let count = Int(exactly: try number()), count <= rest.count else { throw malformed }
    return count
  }

  /// The next `count` bytes, which `count()` has seen to be there.
  mutating func bytes(_ count: Int) throws -> UnsafeRawBufferPointer {
    guard count <= rest.count else { throw malformed }
    defer { rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count)) }
    return UnsafeRawBufferPointer(rebasing: rest.prefix(count))
  }
}

private var malformed: KernelError { .invalid("the plan's structure is not as it should be") }
