import Synchronization

/// A value that is the same in every run of a program: its elements, and the forms that kernels have brought them into.
///
/// Weights are large. Once every kernel that takes them has packed them, nobody needs the elements themselves any more
/// and they can go; a compiled plan stores the packed forms only.
public final class Constant: Sendable {
  public let spec: TensorSpec
  private let state: Mutex<State>

  struct State {
    /// Nil once they are released.
    var elements: Tensor?
    var packed: [(name: String, form: Tensor)] = []
  }

  public init(_ tensor: Tensor) {
    spec = tensor.spec
    state = Mutex(State(elements: tensor))
  }

  init(spec: TensorSpec, _ state: State) {
    self.spec = spec
    self.state = Mutex(state)
  }

  /// The elements, unless they have been released.
  public var elements: Tensor? { state.withLock(\.elements) }

  /// The packed forms with their names.
  package var packedForms: [(name: String, form: Tensor)] { state.withLock(\.packed) }

  /// The bytes of all that is kept.
  var byteCount: Int {
    state.withLock { state in
      (state.elements?.byteCount ?? 0) + state.packed.reduce(0) { $0 + $1.form.byteCount }
    }
  }

  /// Visits the memory that runs may read the value from.
  func forEachBuffer(_ body: (Buffer) -> Void) {
    state.withLock { state in
      if let elements = state.elements { body(elements.buffer) }
      for (_, form) in state.packed { body(form.buffer) }
    }
  }

  /// Lets the elements go.
  func release() {
    let elements = state.withLock { state in
      defer { state.elements = nil }
      return state.elements
    }
    if let elements { elements.buffer.discard(offset: elements.byteOffset, count: elements.byteCount) }
  }

  /// Takes few elements out of the model's file into memory of their own.
  func leaveFile() throws(KernelError) {
    guard let elements, elements.buffer.file != nil, elements.byteCount <= Self.fewBytes else { return }
    let copy = try Tensor(elements.spec) { address in
      UnsafeMutableRawBufferPointer(start: address, count: elements.byteCount).copyMemory(from: elements.storedBytes)
    }
    state.withLock { $0.elements = copy }
  }

  private static let fewBytes = 1 << 16

  /// The form of a name, made unless it is there.
  ///
  /// - Parameter parts: how many equal parts of the elements and of the form `make` is given, one after the other.
  func packed(
    as form: String, byteCount: Int, parts: Int, make: (UnsafeRawPointer, UnsafeMutableRawPointer) -> Void
  ) throws(KernelError) -> Tensor {
    let spec = TensorSpec(.uint8, [byteCount])
    let (elements, found) = state.withLock { state in
      (state.elements, state.packed.first { $0.name == form }?.form)
    }
    if let found {
      guard found.spec == spec else { throw .invalid("\(form) takes \(byteCount) bytes, not \(found.count)") }
      return found
    }
    guard let elements else {
      throw .unsupported("weights packed for another kind of processor: \(form) is not among their forms")
    }
    let stored = try Tensor(
      elements.spec, buffer: elements.buffer.withoutAligning, byteOffset: elements.byteOffset)
    let made = try Tensor(spec, buffer: try Buffer(byteCount: byteCount))
    let (partBytes, madeBytes) = (elements.byteCount / parts, byteCount / parts)
    for i in 0..<parts {
      let offset = elements.byteOffset + i * partBytes
      elements.buffer.prepareToRead(offset: offset, count: partBytes)
      make(stored.address + i * partBytes, made.buffer.address + i * madeBytes)
      elements.buffer.discard(offset: offset, count: partBytes)
    }
    state.withLock { state in
      if !state.packed.contains(where: { $0.name == form }) { state.packed.append((form, made)) }
    }
    return made
  }
}

/// Which operands of a kernel are read in a packed form instead of their own.
final class PackedOperands: Sendable {
  // Few: an array, as sets cost the opening of a plan their type's metadata.
  private let indices = Mutex<[Int]>([])

  func insert(_ i: Int) { indices.withLock { $0.append(i) } }
  func contains(_ i: Int) -> Bool { indices.withLock { $0.contains(i) } }
}
