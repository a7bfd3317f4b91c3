// The structure of a plan in a compact binary form. A value is one byte that says what it is, and what follows:
//
//     nothing, false, true
//     an integer: in groups of seven bits, the lowest first, the sign in the lowest bit of all
//     a float or a double: its bits, little-endian
//     text: UTF-8 up to the value's end
//     a list: how many elements; for each its size and its value
//     fields: how many; for each the number of its name, the size and the value
//
// Numbers of names refer to a list of names that stands before the outermost value.

enum BinaryKind: UInt8 {
  case none, no, yes, integer, float, double, text, list, fields
}

/// Writes values in the form above.
struct BinaryEncoder {
  /// What takes tensors' elements; nil where these go into the structure.
  var tensors: TensorSink?

  func encode(_ value: some Encodable) throws -> [UInt8] {
    let names = Names()
    let root = Node()
    try value.encode(to: Writer(node: root, names: names, tensors: tensors))
    var bytes: [UInt8] = []
    bytes.append(number: UInt64(names.list.count))
    for name in names.list {
      bytes.append(number: UInt64(name.utf8.count))
      bytes += name.utf8
    }
    return bytes + root.bytes()
  }

  /// The names of all fields, numbered in the order of their first use.
  fileprivate final class Names {
    private(set) var list: [String] = []
    private var numbers: [String: Int] = [:]

    func number(_ name: String) -> Int {
      if let number = numbers[name] { return number }
      numbers[name] = list.count
      list.append(name)
      return list.count - 1
    }
  }

  /// A value that is being written.
  fileprivate final class Node {
    enum Content {
      case value([UInt8])
      case list([Node])
      case fields([(name: Int, node: Node)])
    }
    var content: Content = .value([BinaryKind.none.rawValue])

    func bytes() -> [UInt8] {
      var bytes: [UInt8] = []
      func append(_ node: Node) {
        let inner = node.bytes()
        bytes.append(number: UInt64(inner.count))
        bytes += inner
      }
      switch content {
      case .value(let value): return value
      case .list(let nodes):
        bytes.append(BinaryKind.list.rawValue)
        bytes.append(number: UInt64(nodes.count))
        nodes.forEach(append)
      case .fields(let fields):
        bytes.append(BinaryKind.fields.rawValue)
        bytes.append(number: UInt64(fields.count))
        for (name, node) in fields {
          bytes.append(number: UInt64(name))
          append(node)
        }
      }
      return bytes
    }

    func append() -> Node {
      let node = Node()
      if case .list(var nodes) = content {
        content = .list([])
        nodes.append(node)
        content = .list(nodes)
      }
      return node
    }

    func field(_ name: Int) -> Node {
      let node = Node()
      if case .fields(var fields) = content {
        content = .fields([])
        fields.append((name, node))
        content = .fields(fields)
      }
      return node
    }

    var count: Int { if case .list(let nodes) = content { nodes.count } else { 0 } }
  }

  struct Writer: Encoder, SingleValueEncodingContainer {
    fileprivate let node: Node
    fileprivate let names: Names
    let tensors: TensorSink?
    let codingPath: [any CodingKey] = []
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
      node.content = .fields([])
      return KeyedEncodingContainer(Fields(writer: self))
    }
    func unkeyedContainer() -> any UnkeyedEncodingContainer {
      node.content = .list([])
      return List(writer: self)
    }
    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    fileprivate func on(_ node: Node) -> Writer { Writer(node: node, names: names, tensors: tensors) }

    private func put(_ kind: BinaryKind, _ bytes: some Sequence<UInt8> = []) {
      node.content = .value([kind.rawValue] + bytes)
    }
    private func put<T: FixedWidthInteger>(integer value: T) throws {
      guard let number = Int64(exactly: value) else {
        throw KernelError.unsupported("the number \(value) is too large for a plan")
      }
      var bytes: [UInt8] = []
      bytes.append(number: UInt64(bitPattern: number << 1 ^ number >> 63))
      put(.integer, bytes)
    }

    func encodeNil() { put(.none) }
    func encode(_ value: Bool) { put(value ? .yes : .no) }
    func encode(_ value: String) { put(.text, value.utf8) }
    func encode(_ value: Double) {
      put(.double, Swift.withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) })
    }
    func encode(_ value: Float) { put(.float, Swift.withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }) }
    func encode(_ value: Int) throws { try put(integer: value) }
    func encode(_ value: Int8) throws { try put(integer: value) }
    func encode(_ value: Int16) throws { try put(integer: value) }
    func encode(_ value: Int32) throws { try put(integer: value) }
    func encode(_ value: Int64) throws { try put(integer: value) }
    func encode(_ value: UInt) throws { try encode(UInt64(value)) }
    func encode(_ value: UInt8) throws { try put(integer: value) }
    func encode(_ value: UInt16) throws { try put(integer: value) }
    func encode(_ value: UInt32) throws { try put(integer: value) }
    // The bits of one that is too large for its signed counterpart.
    func encode(_ value: UInt64) throws { try put(integer: Int64(bitPattern: value)) }
    func encode(_ value: some Encodable) throws { try value.encode(to: self) }
  }

  private struct Fields<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let writer: Writer
    let codingPath: [any CodingKey] = []

    private func on(_ key: Key) -> Writer { writer.on(writer.node.field(writer.names.number(key.stringValue))) }

    func encodeNil(forKey key: Key) { on(key).encodeNil() }
    func encode(_ value: Bool, forKey key: Key) { on(key).encode(value) }
    func encode(_ value: String, forKey key: Key) { on(key).encode(value) }
    func encode(_ value: Double, forKey key: Key) { on(key).encode(value) }
    func encode(_ value: Float, forKey key: Key) { on(key).encode(value) }
    func encode(_ value: Int, forKey key: Key) throws { try on(key).encode(value) }
    func encode(_ value: Int8, forKey key: Key) throws { try on(key).encode(value) }
    func encode(_ value: Int16, forKey key: Key) throws { try on(key).encode(value) }
    func encode(_ value: Int32, forKey key: Key) throws { try on(key).encode(value) }
    func encode(_ value: Int64, forKey key: Key) throws { try on(key).encode(value) }
    func encode(_ value: UInt, forKey key: Key) throws { try on(key).encode(value) }
    func encode(_ value: UInt8, forKey key: Key) throws { try on(key).encode(value) }
    func encode(_ value: UInt16, forKey key: Key) throws { try on(key).encode(value) }
    func encode(_ value: UInt32, forKey key: Key) throws { try on(key).encode(value) }
    func encode(_ value: UInt64, forKey key: Key) throws { try on(key).encode(value) }
    func encode(_ value: some Encodable, forKey key: Key) throws { try value.encode(to: on(key)) }
    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> { on(key).container(keyedBy: type) }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { on(key).unkeyedContainer() }
    func superEncoder() -> any Encoder { writer.on(writer.node.field(writer.names.number("super"))) }
    func superEncoder(forKey key: Key) -> any Encoder { on(key) }
  }

  private struct List: UnkeyedEncodingContainer {
    let writer: Writer
    let codingPath: [any CodingKey] = []
    var count: Int { writer.node.count }

    private func next() -> Writer { writer.on(writer.node.append()) }

    func encodeNil() { next().encodeNil() }
    func encode(_ value: Bool) { next().encode(value) }
    func encode(_ value: String) { next().encode(value) }
    func encode(_ value: Double) { next().encode(value) }
    func encode(_ value: Float) { next().encode(value) }
    func encode(_ value: Int) throws { try next().encode(value) }
    func encode(_ value: Int8) throws { try next().encode(value) }
    func encode(_ value: Int16) throws { try next().encode(value) }
    func encode(_ value: Int32) throws { try next().encode(value) }
    func encode(_ value: Int64) throws { try next().encode(value) }
    func encode(_ value: UInt) throws { try next().encode(value) }
    func encode(_ value: UInt8) throws { try next().encode(value) }
    func encode(_ value: UInt16) throws { try next().encode(value) }
    func encode(_ value: UInt32) throws { try next().encode(value) }
    func encode(_ value: UInt64) throws { try next().encode(value) }
    func encode(_ value: some Encodable) throws { try value.encode(to: next()) }
    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
      next().container(keyedBy: type)
    }
    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { next().unkeyedContainer() }
    func superEncoder() -> any Encoder { next() }
  }
}

extension [UInt8] {
  /// Appends a number in groups of seven bits, the lowest first; all but the last have the highest bit set.
  fileprivate mutating func append(number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }
}
