/// Reads what `BinaryEncoder` writes, from bytes that may be anything.
struct BinaryDecoder {
  /// Where tensors find their elements; nil where these stand in the structure.
  var tensors: TensorSource?

  func decode<T: Decodable>(_ type: T.Type, from bytes: UnsafeRawBufferPointer) throws -> T {
    var cursor = BinaryCursor(bytes)
    var names: [String] = []
    for _ in 0..<(try cursor.count()) { names.append(try cursor.text(try cursor.count())) }
    return try T(from: Reader(BinaryValue(bytes: cursor.rest), Context(names: names, tensors: tensors), depth: 0))
  }

  fileprivate final class Context {
    let names: [String]
    let tensors: TensorSource?

    init(names: [String], tensors: TensorSource?) {
      self.names = names
      self.tensors = tensors
    }
  }

  /// One value. A class, as are the containers: what stands for a protocol gets a box of its own otherwise.
  final class Reader: Decoder, SingleValueDecodingContainer {
    fileprivate let value: BinaryValue
    fileprivate let context: Context
    private let depth: Int
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }
    var tensors: TensorSource? { context.tensors }

    private static let maximalDepth = 512

    fileprivate init(_ value: BinaryValue, _ context: Context, depth: Int) throws {
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

    fileprivate func inner(_ value: BinaryValue) throws -> Reader { try Reader(value, context, depth: depth + 1) }

    fileprivate func decode<T: Decodable>(_ type: T.Type, from value: BinaryValue) throws -> T {
      // Left to itself, an array takes a decoder for each of its elements.
      if type == [Int].self, let list = try value.integers() as? T { return list }
      return try T(from: inner(value))
    }

    func decodeNil() -> Bool { value.isNone }
    func decode(_ type: Bool.Type) throws -> Bool { try value.bool() }
    func decode(_ type: String.Type) throws -> String { try value.text() }
    func decode(_ type: Double.Type) throws -> Double { try value.double() }
    func decode(_ type: Float.Type) throws -> Float { try value.float() }
    func decode(_ type: Int.Type) throws -> Int { try value.integer() }
    func decode(_ type: Int8.Type) throws -> Int8 { try value.integer() }
    func decode(_ type: Int16.Type) throws -> Int16 { try value.integer() }
    func decode(_ type: Int32.Type) throws -> Int32 { try value.integer() }
    func decode(_ type: Int64.Type) throws -> Int64 { try value.integer() }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try value.integer() }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try value.integer() }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try value.integer() }
    func decode(_ type: UInt.Type) throws -> UInt { try value.unsigned() }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try value.unsigned() }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try decode(type, from: value) }
  }

  private final class Fields<Key: CodingKey>: KeyedDecodingContainerProtocol {
    private let reader: Reader
    private var fields: [(name: Int, value: BinaryValue)] = []
    /// Where the field should stand that is asked for next: they are read in the order in which they were written.
    private var expected = 0
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { fields.compactMap { Key(stringValue: reader.context.names[$0.name]) } }

    init(_ reader: Reader) throws {
      self.reader = reader
      var cursor = try reader.value.content(.fields)
      let count = try cursor.count()
      fields.reserveCapacity(count)
      for _ in 0..<count {
        let name = try cursor.number()
        guard name < reader.context.names.count else { throw malformed }
        fields.append((Int(name), try cursor.value()))
      }
    }

    private func find(_ key: Key) -> BinaryValue? {
      let name = key.stringValue
      func isNamed(_ i: Int) -> Bool { reader.context.names[fields[i].name] == name }
      guard let i = (expected..<fields.count).first(where: isNamed) ?? (0..<expected).first(where: isNamed) else {
        return nil
      }
      expected = i
      return fields[i].value
    }
    private func field(_ key: Key) throws -> BinaryValue {
      guard let value = find(key) else { throw malformed }
      return value
    }

    func contains(_ key: Key) -> Bool { find(key) != nil }
    func decodeNil(forKey key: Key) throws -> Bool { try field(key).isNone }
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try field(key).bool() }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try field(key).text() }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try field(key).double() }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try field(key).float() }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try field(key).integer() }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try field(key).integer() }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try field(key).integer() }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try field(key).integer() }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try field(key).integer() }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try field(key).integer() }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try field(key).integer() }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try field(key).integer() }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try field(key).unsigned() }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try field(key).unsigned() }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
      try reader.decode(type, from: field(key))
    }
    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { try reader.inner(field(key)).container(keyedBy: type) }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
      try reader.inner(field(key)).unkeyedContainer()
    }
    func superDecoder() throws -> any Decoder { throw malformed }
    func superDecoder(forKey key: Key) throws -> any Decoder { try reader.inner(field(key)) }
  }

  private final class List: UnkeyedDecodingContainer {
    private let reader: Reader
    private var cursor: BinaryCursor
    private(set) var currentIndex = 0
    private let elementCount: Int
    var codingPath: [any CodingKey] { [] }
    var count: Int? { elementCount }
    var isAtEnd: Bool { currentIndex >= elementCount }

    init(_ reader: Reader) throws {
      self.reader = reader
      cursor = try reader.value.content(.list)
      elementCount = try cursor.count()
    }

    private func next() throws -> BinaryValue {
      guard !isAtEnd else { throw malformed }
      currentIndex += 1
      return try cursor.value()
    }

    func decodeNil() throws -> Bool {
      let before = (cursor, currentIndex)
      if try next().isNone { return true }
      (cursor, currentIndex) = before
      return false
    }
    func decode(_ type: Bool.Type) throws -> Bool { try next().bool() }
    func decode(_ type: String.Type) throws -> String { try next().text() }
    func decode(_ type: Double.Type) throws -> Double { try next().double() }
    func decode(_ type: Float.Type) throws -> Float { try next().float() }
    func decode(_ type: Int.Type) throws -> Int { try next().integer() }
    func decode(_ type: Int8.Type) throws -> Int8 { try next().integer() }
    func decode(_ type: Int16.Type) throws -> Int16 { try next().integer() }
    func decode(_ type: Int32.Type) throws -> Int32 { try next().integer() }
    func decode(_ type: Int64.Type) throws -> Int64 { try next().integer() }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try next().integer() }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try next().integer() }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try next().integer() }
    func decode(_ type: UInt.Type) throws -> UInt { try next().unsigned() }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try next().unsigned() }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try reader.decode(type, from: next()) }
    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> { try reader.inner(next()).container(keyedBy: type) }
    func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
      try reader.inner(next()).unkeyedContainer()
    }
    func superDecoder() throws -> any Decoder { try reader.inner(next()) }
  }
}

/// A value's bytes.
private struct BinaryValue {
  let bytes: UnsafeRawBufferPointer

  var isNone: Bool { bytes.first == BinaryKind.none.rawValue }

  /// What follows the byte that says that the value is of a kind.
  func content(_ kind: BinaryKind) throws -> BinaryCursor {
    guard bytes.first == kind.rawValue else { throw malformed }
    return BinaryCursor(UnsafeRawBufferPointer(rebasing: bytes.dropFirst()))
  }

  func bool() throws -> Bool {
    if bytes.first == BinaryKind.yes.rawValue { return true }
    _ = try content(.no)
    return false
  }

  func text() throws -> String {
    var content = try content(.text)
    return try content.text(content.rest.count)
  }

  func double() throws -> Double { Double(bitPattern: try bits(.double)) }
  func float() throws -> Float { Float(bitPattern: try bits(.float)) }

  func integer<T: FixedWidthInteger>() throws -> T {
    var content = try content(.integer)
    let number = try content.number()
    guard content.rest.isEmpty, let result = T(exactly: Int64(bitPattern: number >> 1) ^ -Int64(number & 1)) else {
      throw malformed
    }
    return result
  }

  /// One that was written as its signed counterpart.
  func unsigned<T: FixedWidthInteger & UnsignedInteger>() throws -> T {
    T(truncatingIfNeeded: try integer() as Int64)
  }

  func integers() throws -> [Int] {
    var content = try content(.list)
    let count = try content.count()
    var list: [Int] = []
    list.reserveCapacity(count)
    for _ in 0..<count { list.append(try content.value().integer()) }
    return list
  }

  private func bits<T: FixedWidthInteger>(_ kind: BinaryKind) throws -> T {
    let content = try content(kind).rest
    guard content.count == MemoryLayout<T>.size else { throw malformed }
    return T(littleEndian: content.loadUnaligned(as: T.self))
  }
}

/// Reads numbers and stretches of bytes one after the other, never past the end.
private struct BinaryCursor {
  private let bytes: UnsafeRawBufferPointer
  private var offset = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var rest: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[offset...]) }

  mutating func number() throws -> UInt64 {
    var number: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard offset < bytes.count else { throw malformed }
      let byte = bytes[offset]
      offset += 1
      number |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return number }
    }
    throw malformed
  }

  /// A number of things that take at least a byte each, of which there cannot be more than bytes.
  mutating func count() throws -> Int {
    guard let count = Int(exactly: try number()), count <= bytes.count - offset else { throw malformed }
    return count
  }

  /// A value behind its size.
  mutating func value() throws -> BinaryValue { BinaryValue(bytes: try take(try count())) }

  mutating func text(_ count: Int) throws -> String {
    guard let text = String(validating: try take(count), as: UTF8.self) else { throw malformed }
    return text
  }

  private mutating func take(_ count: Int) throws -> UnsafeRawBufferPointer {
    guard count <= bytes.count - offset else { throw malformed }
    defer { offset += count }
    return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
  }
}

private var malformed: KernelError { .invalid("the plan's structure is not as it should be") }
