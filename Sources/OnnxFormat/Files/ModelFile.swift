public import Graph
internal import KernelRuntime

extension Model {
  /// Reads a model file.
  ///
  /// The file stays mapped as long as any tensor of the model, or a copy of it, views its raw data; while it is mapped it
  /// must not be truncated by others. Complexity: O(size of the graph), whatever the size of the tensors.
  ///
  /// - Throws: `unreadable` when the file cannot be opened; `malformed` when it is no ONNX model; `limit` when it asks for
  ///   more than the limits allow.
  public static func open(path: String, limits: ReaderLimits = ReaderLimits()) throws(Diagnostic) -> Model {
    var model = try decode(Buffer(mapping: path), limits)
    model.externalData = ExternalData(folder: path.folder)
    return model
  }

  /// Reads a model from memory. Its external data, if it has any, is out of reach until `externalData` is set.
  ///
  /// - Throws: `malformed` when the bytes are no ONNX model; `limit` when they ask for more than the limits allow.
  public static func read(
    _ bytes: some Collection<UInt8>, limits: ReaderLimits = ReaderLimits()
  ) throws(Diagnostic) -> Model {
    try decode(RawData(bytes).buffer, limits)
  }

  private static func decode(_ buffer: Buffer, _ limits: ReaderLimits) throws(Diagnostic) -> Model {
    // To protobuf no bytes are a message without fields; a file that was never written looks like this.
    guard buffer.byteCount > 0 else { throw .malformed("the file is empty") }
    return try Model(decoding: buffer, limits: limits)
  }

  /// How a model is written.
  public struct WriteOptions: Hashable, Sendable {
    /// Where tensors' raw data goes.
    public enum TensorPlacement: Hashable, Sendable {
      /// Into the model file, unless that would exceed 2 GiB, which is more than other readers of protobuf take; then
      /// tensors of 4 KiB or more go into a data file. What was external data stays external.
      case automatic
      /// Into the model file, whatever its size.
      case inline
      /// Tensors of at least so many bytes, and what was external data, go into a data file.
      case external(threshold: Int)
    }

    /// Where tensors' raw data goes.
    public var placement: TensorPlacement

    /// The options for writing.
    public init(placement: TensorPlacement = .automatic) { self.placement = placement }
  }

  /// Writes the model to a file, and with it, if need be, the data file `<name>.data` beside it.
  ///
  /// Each file is written under a temporary name, brought to the disk and then renamed, so that a failure leaves what was
  /// there as it was; of the two, the data file is renamed first. A model read from a file takes its external data
  /// along; without `externalData` its references are written as they are. Raw data goes from where it lies straight to
  /// the file.
  ///
  /// - Throws: `unwritable` when the file cannot be written; `externalData` when external data cannot be read; `limit`
  ///   when the model nests deeper than readers accept.
  public func write(to path: String, options: WriteOptions = WriteOptions()) throws(Diagnostic) {
    let path = try AtomicFile.resolve(path)
    var placer = TensorPlacer(options.placement, dataFile: path.fileName + ".data", externalData: externalData)
    var packed = try PackedMessage(self, place: placer.place)
    var cutter = try packed.cutter()
    if options.placement == .automatic && cutter.byteCount > Int(Int32.max) {
      placer = TensorPlacer(
        .external(threshold: TensorPlacer.alignment), dataFile: path.fileName + ".data", externalData: externalData)
      packed = try PackedMessage(self, place: placer.place)
      cutter = try packed.cutter()
    }

    var dataFile: AtomicFile?
    if !placer.placed.isEmpty {
      let file = try AtomicFile(replacing: path + ".data")
      for (offset, data) in placer.placed {
        try file.pad(to: offset)
        try file.append(data)
      }
      try file.finish()
      dataFile = file
    }
    let file = try AtomicFile(replacing: path)
    try packed.emit(cutter, to: file)
    try file.finish()
    try dataFile?.replace()
    try file.replace()
  }

  /// The bytes of the model's file. References to external data are written as they are.
  ///
  /// - Throws: `limit` when the model nests deeper than readers accept.
  public func encoded() throws(Diagnostic) -> [UInt8] {
    let packed = try PackedMessage(self)
    let cutter = try packed.cutter()
    var bytes: [UInt8] = []
    bytes.reserveCapacity(cutter.byteCount)
    try cutter.emit { piece in
      bytes.append(contentsOf: piece)
    } replacement: { number in
      packed.payloads[number].withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
    withExtendedLifetime(packed) {}
    return bytes
  }
}

extension PackedMessage {
  /// Writes the message with its raw data.
  func emit(_ cutter: WireCutter, to file: AtomicFile) throws(Diagnostic) {
    try cutter.emit { (piece) throws(Diagnostic) in
      try file.append(piece)
    } replacement: { (number) throws(Diagnostic) in
      try file.append(payloads[number])
    }
    withExtendedLifetime(self) {}
  }
}

/// Decides tensor by tensor where the data goes while a model is written.
private final class TensorPlacer {
  /// Offsets in data files are multiples of a page, so that readers can map each tensor alone.
  static let alignment = 4096

  /// What goes into the data file, and where in it.
  private(set) var placed: [(offset: Int, data: RawData)] = []

  private let placement: Model.WriteOptions.TensorPlacement
  private let dataFile: String
  private let externalData: ExternalData?
  private var end = 0

  init(_ placement: Model.WriteOptions.TensorPlacement, dataFile: String, externalData: ExternalData?) {
    self.placement = placement
    self.dataFile = dataFile
    self.externalData = externalData
  }

  func place(_ tensor: inout TensorProto) throws(Diagnostic) {
    if tensor.isExternal {
      guard let data = try externalData?.data(of: tensor) else { return }
      if placement == .inline {
        tensor.rawData = data
        tensor.externalData = []
        tensor.dataLocation = nil
      } else {
        try moveOut(&tensor, data)
      }
    } else if case .external(let threshold) = placement, let data = tensor.rawData, data.count >= threshold {
      try moveOut(&tensor, data)
    }
  }

  private func moveOut(_ tensor: inout TensorProto, _ data: RawData) throws(Diagnostic) {
    let offset = (end + Self.alignment - 1) / Self.alignment * Self.alignment
    placed.append((offset, data))
    end = offset + data.count
    tensor.rawData = nil
    tensor.dataLocation = .external
    tensor.externalData = [
      StringStringEntryProto(key: "location", value: dataFile),
      StringStringEntryProto(key: "offset", value: String(offset)),
      StringStringEntryProto(key: "length", value: String(data.count)),
    ]
  }
}

extension Buffer {
  /// The bytes of a file, mapped.
  convenience init(mapping path: String) throws(Diagnostic) {
    let file: MappedFile
    do { file = try MappedFile(path: path) } catch {
      throw .unreadable("\"\(path)\" cannot be read: \(error.description)")
    }
    self.init(borrowing: file.bytes, owner: file)
  }
}
