import CKernels
import Synchronization

/// A compiled model: a program with its weights packed, and the names of what goes in and comes out.
///
/// In a file it starts with a header, the structure in a binary form follows, then the elements of all tensors, each at
/// a multiple of 64 bytes, so that the mapped file serves as their memory. All numbers are little-endian.
///
///     offset  size
///          0     8  "onrampPL"
///          8     4  version of the format
///         16     8  size of the structure, which starts at 64
///         24     8  checksum of the structure
///         32     8  number of tensors
///         40     8  offset of the tensors' table: offset, size and checksum of each, 8 bytes each
///         48     8  checksum of the table
///         56     8  checksum of the first 56 bytes
public struct Plan: Sendable {
  /// An input or output.
  public struct Port: Hashable, Sendable {
    public var name: String
    /// Its type, where it is known before the run.
    public var spec: TensorSpec?

    public init(name: String, spec: TensorSpec?) {
      self.name = name
      self.spec = spec
    }
  }

  /// The tensors to give, in the program's order.
  public var inputs: [Port]
  /// The values to expect, in the program's order.
  public var outputs: [Port]
  public var program: Program
  /// How its kernels were chosen.
  public var options: KernelOptions

  public init(inputs: [Port], outputs: [Port], program: Program, options: KernelOptions) {
    self.inputs = inputs
    self.outputs = outputs
    self.program = program
    self.options = options
  }

  /// The version of the format. It is raised with every change of the format, of a kernel's fields or of their meaning:
  /// a plan belongs to the release of the runtime that wrote it.
  static let version: UInt32 = 4

  /// All but the tensors' elements.
  private struct Structure: Codable {
    var plan: Plan

    func encode(to encoder: any Encoder) throws {
      var list = encoder.unkeyedContainer()
      for ports in [plan.inputs, plan.outputs] {
        try list.encode(ports.count)
        for port in ports {
          try list.encode(port.name)
          try list.encode(port.spec)
        }
      }
      try list.encode(plan.program)
      try list.encode(plan.options)
    }

    init(_ plan: Plan) { self.plan = plan }

    init(from decoder: any Decoder) throws {
      var list = try decoder.unkeyedContainer()
      func ports() throws -> [Port] {
        try (0..<(try list.decodeCount())).map { _ in
          Port(name: try list.decode(String.self), spec: try list.decode(TensorSpec?.self))
        }
      }
      plan = Plan(
        inputs: try ports(), outputs: try ports(), program: try list.decode(Program.self),
        options: try list.decode(KernelOptions.self))
    }
  }

  // MARK: Writing

  /// The file's bytes.
  ///
  /// - Returns: what the file starts with, and the tensors with the offset of each, in order. Between them are zeros.
  public func encoded() throws(KernelError) -> (head: [UInt8], tensors: [(offset: Int, tensor: Tensor)]) {
    let sink = TensorSink()
    let encoder = BinaryEncoder(tensors: sink)
    let structure: [UInt8]
    do {
      structure = try encoder.encode(Structure(self))
    } catch {
      throw .unsupported("the plan cannot be written: \(error)")
    }
    let tensors = sink.tensors
    let tableOffset = alignedSize(Self.headerSize + structure.count)
    var offset = alignedSize(tableOffset + tensors.count * Self.rowSize)
    var placed: [(offset: Int, tensor: Tensor)] = []
    var offsets = Array(repeating: 0, count: tensors.count)
    // What is read when the plan is opened lies together.
    let small = tensors.indices.filter { tensors[$0].byteCount <= Self.smallSize }
    let large = tensors.indices.filter { tensors[$0].byteCount > Self.smallSize }
    for i in small + large {
      offsets[i] = offset
      placed.append((offset, tensors[i]))
      offset = alignedSize(offset + tensors[i].byteCount)
    }
    var table: [UInt8] = []
    for (tensor, offset) in zip(tensors, offsets) {
      guard tensor.buffer.isIntact(nil) else { throw .damagedWeights }
      let sum = checksum(ofLarge: tensor.storedBytes, nil)
      for number in [UInt64(offset), UInt64(tensor.byteCount), sum] { table.append(littleEndian: number) }
    }
    var head = Array(Self.magic)
    head.append(littleEndian: Self.version)
    head.append(littleEndian: UInt32(0))
    for number in [
      UInt64(structure.count), checksum(structure), UInt64(tensors.count), UInt64(tableOffset), checksum(table),
    ] {
      head.append(littleEndian: number)
    }
    head.append(littleEndian: checksum(head))
    head += structure
    head += Array(repeating: 0, count: tableOffset - head.count)
    return (head + table, placed)
  }

  // MARK: Reading

  /// Whether a file starts as plans do.
  public static func isPlan(_ file: MappedFile) -> Bool { file.bytes.starts(with: magic) }

  /// Reads a plan; its weights stay in the mapped file. Large ones are checked against their checksums when a run reads
  /// them for the first time.
  ///
  /// - Throws: when the file is no plan, is damaged, or was written by another release.
  /// - Complexity: linear in the size of the structure.
  public init(_ file: MappedFile) throws(KernelError) {
    guard Self.isPlan(file) else { throw .invalid("not a compiled plan") }
    let header = try Self.bytes(file, 0, Self.headerSize)
    guard checksum(header[..<56]) == header.number(at: 56) else { throw Self.damaged("header") }
    let version = UInt32(truncatingIfNeeded: header.number(at: 8))
    guard version == Self.version else {
      throw .unsupported(
        "a plan of version \(version), where this release takes \(Self.version): convert the model anew")
    }
    let structure = try Self.bytes(file, Self.headerSize, header.number(at: 16))
    guard checksum(structure) == header.number(at: 24) else { throw Self.damaged("structure") }
    let source = TensorSource(try Self.tensors(file, header))
    let decoder = BinaryDecoder(tensors: source)
    let plan: Plan
    do {
      plan = try decoder.decode(Structure.self, from: structure).plan
    } catch let error as KernelError {
      throw error
    } catch {
      throw .invalid("the plan's structure is not as it should be: \(error)")
    }
    guard plan.inputs.count == plan.program.inputs.count, plan.outputs.count == plan.program.outputs.count else {
      throw .invalid("the plan's inputs or outputs are not those of its program")
    }
    self = plan
  }

  /// The tensors' memory. What is small is checked at once, what is large before a run reads it: reading all weights
  /// ahead would take longer than the rest of opening a plan.
  private static func tensors(
    _ file: MappedFile, _ header: UnsafeRawBufferPointer
  ) throws(KernelError) -> [Buffer] {
    let (size, overflow) = header.number(at: 32).multipliedReportingOverflow(by: UInt64(rowSize))
    guard !overflow else { throw damaged("table") }
    let table = try bytes(file, header.number(at: 40), size)
    guard checksum(table) == header.number(at: 48) else { throw damaged("table") }
    var buffers: [Buffer] = []
    buffers.reserveCapacity(table.count / rowSize)
    for row in stride(from: 0, to: table.count, by: rowSize) {
      guard let offset = Int(exactly: table.number(at: row)), let count = Int(exactly: table.number(at: row + 8)),
        offset % Buffer.alignment == 0,
        let buffer = file.buffer(offset: offset, count: count, checksum: table.number(at: row + 16))
      else { throw damaged("table") }
      guard count > smallSize || buffer.isIntact(nil) else { throw .damagedWeights }
      buffers.append(buffer)
    }
    return buffers
  }

  /// Up to this size a tensor is checked when the plan is opened.
  private static let smallSize = 1 << 16
  private static let magic = Array("onrampPL".utf8)
  private static let headerSize = 64
  private static let rowSize = 24

  private static func damaged(_ part: String) -> KernelError {
    .invalid("the plan is damaged: its \(part) is not what was written")
  }

  private static func bytes(
    _ file: MappedFile, _ offset: some BinaryInteger, _ count: some BinaryInteger
  ) throws(KernelError) -> UnsafeRawBufferPointer {
    guard let offset = Int(exactly: offset), let count = Int(exactly: count), offset >= 0, count >= 0,
      offset <= file.bytes.count, count <= file.bytes.count - offset
    else { throw .invalid("the plan is damaged: it is shorter than it says") }
    return UnsafeRawBufferPointer(rebasing: file.bytes[offset..<offset + count])
  }
}

extension KernelError {
  /// What a run says when the weights of its plan are not those that were written.
  static let damagedWeights = invalid("the plan is damaged: its weights are not what was written")
}

/// The checksum of the checksums of pieces, which several threads may make; of few bytes it is that of the bytes.
func checksum(ofLarge bytes: UnsafeRawBufferPointer, _ threads: ThreadPool?) -> UInt64 {
  let size = 1 << 18
  guard bytes.count > size else { return checksum(bytes) }
  let count = (bytes.count + size - 1) / size
  return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: count) { sums in
    nonisolated(unsafe) let sums = sums
    func sum(_ i: Int) {
      sums[i] = checksum(UnsafeRawBufferPointer(rebasing: bytes[i * size..<min((i + 1) * size, bytes.count)]))
    }
    if let threads { threads.forEach(count, sum) } else { (0..<count).forEach(sum) }
    return checksum(UnsafeRawBufferPointer(sums))
  }
}

private func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt64 { onramp_checksum(bytes.baseAddress, bytes.count) }
private func checksum(_ bytes: Slice<UnsafeRawBufferPointer>) -> UInt64 {
  checksum(UnsafeRawBufferPointer(rebasing: bytes))
}
private func checksum(_ bytes: [UInt8]) -> UInt64 { bytes.withUnsafeBytes { checksum($0) } }

extension [UInt8] {
  fileprivate mutating func append(littleEndian number: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }
}

extension UnsafeRawBufferPointer {
  /// The number at an offset that lies inside.
  fileprivate func number(at offset: Int) -> UInt64 {
    UInt64(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }
}
