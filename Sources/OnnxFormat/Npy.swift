public import Graph
public import KernelRuntime

/// NumPy's file format for one array, versions 1 to 3.
///
/// NumPy has no types of its own for bfloat16 and the narrow floats and integers. As NumPy does with such types of
/// extensions, their elements are written as opaque ones of one or two bytes; to read them, the type must be given.
public enum Npy {
  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// Reads a file. The tensor views it where it can.
  ///
  /// - Parameter expected: The type of elements that the file itself calls opaque.
  /// - Throws: `unreadable` when the file cannot be opened; `malformed` when it holds no array, or one of a type or byte
  ///   order that is not supported; `limit` when the array is too large.
  public static func read(path: String, as expected: ElementType? = nil) throws(Diagnostic) -> Tensor {
    try decode(Buffer(mapping: path), expected)
  }

  /// Reads an array from memory.
  ///
  /// - Parameter expected: The type of elements that the bytes themselves call opaque.
  /// - Throws: `malformed` when the bytes hold no array, or one of a type or byte order that is not supported; `limit`
  ///   when the array is too large.
  public static func read(
    _ bytes: some Collection<UInt8>, as expected: ElementType? = nil
  ) throws(Diagnostic) -> Tensor {
    try decode(RawData(bytes).buffer, expected)
  }

  /// Writes a tensor to a file, which appears there only when it is complete.
  ///
  /// - Throws: `unwritable` when the file cannot be written.
  public static func write(_ tensor: Tensor, to path: String) throws(Diagnostic) {
    let (header, content) = encode(tensor)
    let file = try AtomicFile(replacing: path)
    try file.append(RawData(header))
    try file.append(content)
    try file.finish()
    try file.replace()
  }

  // MARK: Reading

  /// What the header says.
  struct Header: Equatable {
    /// The kind of the elements, NumPy's letter for it.
    var kind: Character
    /// The number behind the letter: a size in bytes, for `U` in characters.
    var size: Int
    var isBigEndian: Bool
    var isFortran: Bool
    var shape: [Int]
  }

  private static func decode(_ buffer: Buffer, _ expected: ElementType?) throws(Diagnostic) -> Tensor {
    let bytes = UnsafeRawBufferPointer(start: buffer.address, count: buffer.byteCount)
    guard bytes.starts(with: magic), bytes.count >= 10 else { throw malformed("it does not start like one") }
    let version = bytes[6]
    guard (1...3).contains(version) else { throw malformed("its version is \(version)") }
    let start = version == 1 ? 10 : 12
    guard bytes.count >= start else { throw malformed("it is cut off") }
    let length = bytes[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= bytes.count - start else { throw malformed("its header is cut off") }
    var parser = HeaderParser(UnsafeRawBufferPointer(rebasing: bytes[start..<start + length]))
    let header = try parser.header()
    guard !header.isBigEndian else { throw malformed("its elements are big-endian") }
    guard let data = RawData(buffer, offset: start + length, count: bytes.count - start - length) else {
      throw malformed("it is cut off")
    }
    do throws(KernelError) {
      switch header.kind {
      case "U", "S": return try Tensor(strings(header, data), shape: header.shape)
      default:
        let spec = TensorSpec(try elementType(header, expected), header.shape)
        return try tensor(spec, header.isFortran, data)
      }
    } catch {
      throw error.kind == .memory
        ? .limit("the .npy file is too large: \(error.description)") : malformed(error.description)
    }
  }

  private static func malformed(_ text: String) -> Diagnostic {
    .malformed("the file is no .npy file that can be read: \(text)")
  }

  private static func elementType(_ header: Header, _ expected: ElementType?) throws(KernelError) -> ElementType {
    switch (header.kind, header.size) {
    case ("b", 1): return .bool
    case ("i", 1): return .int8
    case ("i", 2): return .int16
    case ("i", 4): return .int32
    case ("i", 8): return .int64
    case ("u", 1): return .uint8
    case ("u", 2): return .uint16
    case ("u", 4): return .uint32
    case ("u", 8): return .uint64
    case ("f", 2): return .float16
    case ("f", 4): return .float
    case ("f", 8): return .double
    case ("c", 8): return .complex64
    case ("c", 16): return .complex128
    case ("V", let size):
      guard let expected, expected != .string, expected.byteCount == size else {
        throw .invalid("its elements are opaque, \(size) bytes each")
      }
      return expected
    default: throw .unsupported("its elements have type \(header.kind)\(header.size)")
    }
  }

  private static func tensor(
    _ spec: TensorSpec, _ isFortran: Bool, _ data: RawData
  ) throws(KernelError) -> Tensor {
    let count = try spec.checkedCount()
    let size = spec.type.byteCount
    guard data.count == count * size else {
      throw .invalid("\(spec) takes \(count * size) bytes, and there are \(data.count)")
    }
    let isPacked = spec.type.storedBitWidth != size * 8
    if !isFortran && !isPacked { return try Tensor(spec, count: count, stored: data) }
    // An element's place in the file moves by these strides when the tensor's indices count up.
    var strides = [Int](repeating: 0, count: spec.rank)
    var stride = size
    for axis in isFortran ? Array(spec.shape.indices) : spec.shape.indices.reversed() {
      strides[axis] = stride
      stride *= spec.shape[axis]
    }
    let copy = try Tensor(spec) { (address) throws(KernelError) in
      data.withUnsafeBytes { bytes in
        var index = [Int](repeating: 0, count: spec.rank)
        var source = 0
        for i in 0..<count {
          let element = UnsafeRawBufferPointer(rebasing: bytes[source..<source + size])
          UnsafeMutableRawBufferPointer(start: address + i * size, count: size).copyMemory(from: element)
          for axis in spec.shape.indices.reversed() {
            index[axis] += 1
            source += strides[axis]
            if index[axis] < spec.shape[axis] { break }
            source -= strides[axis] * spec.shape[axis]
            index[axis] = 0
          }
        }
      }
    }
    // By way of the stored form every element gets the one bit pattern that its value has in memory.
    guard let stored = TensorProto(tensor: copy).rawData else { return copy }
    return try Tensor(spec, count: count, stored: stored)
  }

  /// Strings of equal size, filled up with zeros: characters of four bytes, or bytes that are taken for UTF-8.
  private static func strings(_ header: Header, _ data: RawData) throws(KernelError) -> [String] {
    let count = try TensorSpec(.string, header.shape).checkedCount()
    let (size, sizeOverflow) = header.size.multipliedReportingOverflow(by: header.kind == "U" ? 4 : 1)
    let (total, totalOverflow) = size.multipliedReportingOverflow(by: count)
    // Strings without any bytes would let a short file ask for any number of them.
    guard !sizeOverflow, !totalOverflow, data.count == total, size > 0 || count == 0 else {
      throw .invalid("its strings do not take \(data.count) bytes")
    }
    guard !header.isFortran || header.shape.count <= 1 else { throw .unsupported("its strings are in Fortran order") }
    return try data.withUnsafeBytes { (bytes) throws(KernelError) -> [String] in
      var result: [String] = []
      result.reserveCapacity(count)
      for i in 0..<count {
        let item = UnsafeRawBufferPointer(rebasing: bytes[i * size..<(i + 1) * size])
        let text: String?
        if header.kind == "U" {
          let units = stride(from: 0, to: size, by: 4).map {
            item.loadUnaligned(fromByteOffset: $0, as: UInt32.self).littleEndian
          }
          text = String(validating: trimmed(units), as: UTF32.self)
        } else {
          text = String(validating: trimmed(Array(item)), as: UTF8.self)
        }
        guard let text else { throw .invalid("a string is not valid Unicode") }
        result.append(text)
      }
      return result
    }
  }

  private static func trimmed<T: FixedWidthInteger>(_ units: [T]) -> ArraySlice<T> {
    units[..<(units.lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0)]
  }

  // MARK: Writing

  /// The header's bytes and the elements'.
  static func encode(_ tensor: Tensor) -> (header: [UInt8], content: RawData) {
    let descriptor: String
    var content = RawData(of: tensor)
    switch tensor.type {
    case .bool: descriptor = "|b1"
    case .int8: descriptor = "|i1"
    case .uint8: descriptor = "|u1"
    case .int16: descriptor = "<i2"
    case .int32: descriptor = "<i4"
    case .int64: descriptor = "<i8"
    case .uint16: descriptor = "<u2"
    case .uint32: descriptor = "<u4"
    case .uint64: descriptor = "<u8"
    case .float16: descriptor = "<f2"
    case .float: descriptor = "<f4"
    case .double: descriptor = "<f8"
    case .complex64: descriptor = "<c8"
    case .complex128: descriptor = "<c16"
    case .string:
      let strings = tensor.withElements(as: String.self) { $0.map { Array($0.unicodeScalars) } }
      let width = max(strings.map(\.count).max() ?? 0, 1)
      descriptor = "<U\(width)"
      var units: [UInt32] = []
      units.reserveCapacity(strings.count * width)
      for string in strings {
        units.append(contentsOf: string.lazy.map { $0.value.littleEndian })
        units.append(contentsOf: repeatElement(0, count: width - string.count))
      }
      content = units.withUnsafeBytes { RawData($0) }
    default: descriptor = "|V\(tensor.type.byteCount)"
    }
    let extents = tensor.shape.map(String.init)
    let shape = extents.count == 1 ? "(\(extents[0]),)" : "(\(extents.joined(separator: ", ")))"
    let text = "{'descr': '\(descriptor)', 'fortran_order': False, 'shape': \(shape), }"
    // Version 1, whose header has a length of two bytes: a shape of the greatest rank is far from filling it.
    let unpadded = magic.count + 4 + text.utf8.count + 1
    let padded = (unpadded + 63) / 64 * 64
    let length = padded - magic.count - 4
    var header = magic + [1, 0, UInt8(truncatingIfNeeded: length), UInt8(truncatingIfNeeded: length >> 8)]
    header += Array(text.utf8) + [UInt8](repeating: UInt8(ascii: " "), count: padded - unpadded)
    header.append(UInt8(ascii: "\n"))
    return (header, content)
  }

  /// Reads the dictionary that a header is: of Python's literals only as much as NumPy writes.
  private struct HeaderParser {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    mutating func header() throws(Diagnostic) -> Header {
      var descriptor: String?
      var isFortran: Bool?
      var shape: [Int]?
      try expect("{")
      while !skip("}") {
        let key = try string()
        try expect(":")
        switch key {
        case "descr": descriptor = try string()
        case "fortran_order": isFortran = try boolean()
        case "shape": shape = try tuple()
        default: throw malformed("its header has an unknown entry")
        }
        if !skip(",") {
          try expect("}")
          break
        }
      }
      guard let descriptor, let isFortran, let shape else { throw malformed("its header lacks an entry") }
      let order = descriptor.first
      let rest = descriptor.drop { "<>|=".contains($0) }
      guard let kind = rest.first, let size = Int(rest.dropFirst()), size >= 0 else {
        throw malformed("its elements have type \(descriptor)")
      }
      return Header(kind: kind, size: size, isBigEndian: order == ">" && size > 1, isFortran: isFortran, shape: shape)
    }

    private mutating func next() -> UInt8? {
      while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x0A { position += 1 }
      return position < bytes.count ? bytes[position] : nil
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
      guard next() == UInt8(ascii: character) else { return false }
      position += 1
      return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(Diagnostic) {
      guard skip(character) else { throw malformed("its header is damaged at byte \(position)") }
    }

    private mutating func string() throws(Diagnostic) -> String {
      let quote: UInt8 = next() == UInt8(ascii: "\"") ? UInt8(ascii: "\"") : UInt8(ascii: "'")
      guard next() == quote else { throw malformed("its header is damaged at byte \(position)") }
      position += 1
      guard let end = bytes[position...].firstIndex(of: quote) else { throw malformed("its header is damaged") }
      defer { position = end + 1 }
      return String(decoding: bytes[position..<end], as: UTF8.self)
    }

    private mutating func word() -> String {
      guard next() != nil else { return "" }
      let end = bytes[position...].firstIndex { !isWordPart($0) } ?? bytes.count
      defer { position = end }
      return String(decoding: bytes[position..<end], as: UTF8.self)
    }

    private func isWordPart(_ byte: UInt8) -> Bool {
      let scalar = Unicode.Scalar(byte)
      return scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "-"
    }

    private mutating func boolean() throws(Diagnostic) -> Bool {
      switch word() {
      case "True": true
      case "False": false
      default: throw malformed("its header is damaged at byte \(position)")
      }
    }

    private mutating func tuple() throws(Diagnostic) -> [Int] {
      var result: [Int] = []
      try expect("(")
      while !skip(")") {
        guard let extent = Int(word()) else { throw malformed("its header is damaged at byte \(position)") }
        result.append(extent)
        if !skip(",") {
          try expect(")")
          break
        }
      }
      return result
    }
  }
}
