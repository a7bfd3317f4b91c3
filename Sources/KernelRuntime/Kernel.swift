/// A computation on tensors: what an operator becomes when its attributes are known.
///
/// A kernel is plain data, so that a compiled plan can store it. Its work has two steps. `prepare` sees the operands'
/// types and shapes, and the values of those that are known; it decides the results' types and shapes, chooses code
/// and packs constants. The prepared body then runs any number of times on operands of just those shapes.
public protocol Kernel: Codable, Sendable {
  /// Prepares for operands of the given types.
  ///
  /// - Throws: `KernelError.needsValue` when shapes depend on a value that is not known. The caller then prepares
  ///   again at run time, when all are.
  func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared

  /// The operations of one run on operands and results of these types by the operator's definition, however the body
  /// computes it: a multiply-add counts as two. 0, the default, says that the time goes with the bytes that are read and
  /// written.
  func flops(_ operands: [TensorSpec?], _ results: [TensorSpec]) -> Double
}

extension Kernel {
  public func flops(_ operands: [TensorSpec?], _ results: [TensorSpec]) -> Double { 0 }

  /// The name that plans and profiles show: the type's, without the suffix "Kernel".
  public static var name: String {
    let name = typeName(Self.self)
    return name.hasSuffix("Kernel") ? String(name.dropLast("Kernel".count)) : name
  }
}

/// How kernels are to be chosen.
public struct KernelOptions: Hashable, Codable, Sendable {
  /// Plain scalar code only, for comparison with the fast kernels.
  public var reference: Bool
  /// Without algorithms that compute with other numbers than the operator's definition and so round differently;
  /// sums may still be taken in another order.
  public var exact: Bool
  /// Without algorithms whose rounding errors are greater than those of the operator's own sums, as the result decides
  /// where values go. Set for a kernel call, and no part of what is written.
  var isDeciding = false

  public init(reference: Bool = false, exact: Bool = false) {
    self.reference = reference
    self.exact = exact
  }

  // Without names, as all of a plan but kernels' own fields.

  public func encode(to encoder: any Encoder) throws {
    var list = encoder.unkeyedContainer()
    try list.encode(reference)
    try list.encode(exact)
  }

  public init(from decoder: any Decoder) throws {
    var list = try decoder.unkeyedContainer()
    self.init(reference: try list.decode(Bool.self), exact: try list.decode(Bool.self))
  }
}

/// What is known of one operand when a kernel is prepared.
public struct Operand: Sendable {
  /// The type, for a tensor.
  public var spec: TensorSpec?
  /// The value, where it is known already.
  public var value: RuntimeValue?
  /// The constant that the operand is, when it is the same in every run.
  public var constant: Constant?

  public init(spec: TensorSpec?, value: RuntimeValue? = nil) {
    self.spec = spec ?? value?.tensor?.spec
    self.value = value
  }

  public init(_ tensor: Tensor) { self.init(spec: tensor.spec, value: .tensor(tensor)) }

  public init(_ constant: Constant) {
    self.init(spec: constant.spec, value: constant.elements.map { .tensor($0) })
    self.constant = constant
  }
}

/// The operands of a kernel, in the operator's order; absent optional ones are nil.
public struct Operands: Sendable {
  public var list: [Operand?]
  /// The threads that may help to pack constants.
  var threads: ThreadPool?
  let packedOperands = PackedOperands()

  public init(_ list: [Operand?]) { self.list = list }

  public var count: Int { list.count }

  /// Whether operand `i` is there.
  public func has(_ i: Int) -> Bool { i < list.count && list[i] != nil }

  /// The type of operand `i`, or nil when it is absent.
  public func optionalSpec(_ i: Int) throws(KernelError) -> TensorSpec? { has(i) ? try spec(i) : nil }

  /// The type of operand `i`, which must be a tensor.
  public func spec(_ i: Int) throws(KernelError) -> TensorSpec {
    guard has(i), let operand = list[i] else { throw .invalid("operand \(i) is missing") }
    guard let spec = operand.spec else {
      if operand.value != nil { throw .invalid("operand \(i) is not a tensor") }
      throw .needsValue(i)
    }
    return spec
  }

  /// The tensor that operand `i` is, which must be known.
  public func tensor(_ i: Int) throws(KernelError) -> Tensor {
    guard has(i), let operand = list[i] else { throw .invalid("operand \(i) is missing") }
    guard let value = operand.value else { throw .needsValue(i) }
    guard let tensor = value.tensor else { throw .invalid("operand \(i) is not a tensor") }
    return tensor
  }

  /// The elements of operand `i`, an integer tensor whose value must be known.
  public func integers(_ i: Int) throws(KernelError) -> [Int] {
    guard let integers = try tensor(i).integers else { throw .invalid("operand \(i) must hold integers") }
    return integers
  }

  /// As `integers(_:)`, or nil when the operand is absent.
  public func optionalIntegers(_ i: Int) throws(KernelError) -> [Int]? { has(i) ? try integers(i) : nil }

  /// The only element of operand `i`, an integer tensor whose value must be known.
  public func integer(_ i: Int) throws(KernelError) -> Int {
    let all = try integers(i)
    guard all.count == 1, let only = all.first else { throw .invalid("operand \(i) must have one element") }
    return only
  }

  /// Operand `i` in the form that the kernel's code wants, when it is the same in every run; else nil.
  ///
  /// Whoever asks for the form reads it in place of the operand, which may be gone when the body runs. Forms are kept
  /// with the constant and in compiled plans. `make` reads elements as the model's file has them, which may start at any
  /// byte: it must not ask for more alignment than the processor does.
  ///
  /// An operand of several equal parts, each of which becomes one of equal parts of the form, is better made part by
  /// part: the memory of the file that has been read is given back between them.
  ///
  /// - Parameters:
  ///   - form: a name for the form and for all that it depends on besides the operand, the processor included.
  ///   - byteCount: the form's size.
  ///   - parts: how many equal parts to make one after the other; at least 1.
  ///   - make: brings the elements of one part, at the first address, into the form, at the second, with the help of
  ///     threads where there are any.
  public func packed(
    _ i: Int, as form: String, byteCount: Int, parts: Int = 1,
    make: (UnsafeRawPointer, UnsafeMutableRawPointer, ThreadPool?) -> Void
  ) throws(KernelError) -> Tensor? {
    guard has(i), let constant = list[i]?.constant else { return nil }
    packedOperands.insert(i)
    return try constant.packed(as: form, byteCount: byteCount, parts: parts) { make($0, $1, threads) }
  }
}

/// A kernel made ready for operands of certain types and shapes.
public struct Prepared: Sendable {
  public enum Body: Sendable {
    /// Reads operands and writes results through addresses.
    case memory(@Sendable (borrowing Invocation) throws(KernelError) -> Void)
    /// Makes result 0 of the same bytes as operand `i`, with the result's type and shape; nothing moves.
    case alias(operand: Int)
    /// Works on whole values, for operators on sequences, optionals, maps and those that run other programs.
    /// `results` then lists no types.
    case values(@Sendable ([RuntimeValue?], Context) throws(KernelError) -> [RuntimeValue?])
  }

  /// Tensors side by side in a larger one.
  public struct Joined: Sendable {
    /// The rows of each tensor.
    public var rows: Int
    /// The elements of a row of each.
    public var parts: [Int]

    public init(rows: Int, parts: [Int]) {
      self.rows = rows
      self.parts = parts
    }
  }

  /// What a body on values may use.
  public struct Context: Sendable {
    public let threads: ThreadPool
    public let options: KernelOptions

    public init(threads: ThreadPool, options: KernelOptions) {
      self.threads = threads
      self.options = options
    }
  }

  /// Each result's type, in the operator's order, those nobody wants included.
  public var results: [TensorSpec]
  /// Memory that the body uses while it runs, in bytes.
  public var scratchBytes: Int
  /// An operand whose memory result 0 may take over: same size, each element read before it is written.
  public var inPlaceOperand: Int?
  /// Whether rows of result 0, its last dimension, may lie `Invocation.pitch` elements apart.
  public var takesPitch = false
  /// The operands as parts of result 0, where that is nothing but all of them side by side. What lies in its place already
  /// is not copied.
  public var joined: Joined?
  /// Operands of which the body only copies bytes: they may lie at any address, whatever their type.
  public var bytewiseOperands: [Int] = []
  public var body: Body

  public init(
    _ results: [TensorSpec], scratchBytes: Int = 0, inPlaceOperand: Int? = nil,
    run: @escaping @Sendable (borrowing Invocation) throws(KernelError) -> Void
  ) {
    self.results = results
    self.scratchBytes = scratchBytes
    self.inPlaceOperand = inPlaceOperand
    body = .memory(run)
  }

  /// Result 0 is operand `i` under another shape or type of the same size.
  public init(aliasing i: Int, as result: TensorSpec) {
    results = [result]
    scratchBytes = 0
    body = .alias(operand: i)
  }

  public init(values run: @escaping @Sendable ([RuntimeValue?], Context) throws(KernelError) -> [RuntimeValue?]) {
    results = []
    scratchBytes = 0
    body = .values(run)
  }
}

/// The addresses that a prepared body works on in one run.
public struct Invocation: ~Copyable {
  /// Where each slot of the program lies.
  @usableFromInline let addresses: UnsafePointer<UnsafeMutableRawPointer?>
  /// The slot of each operand, -1 for an absent one.
  @usableFromInline let operands: UnsafePointer<Int32>
  /// The slot of each result, -1 for one that nobody wants.
  @usableFromInline let results: UnsafePointer<Int32>
  /// The memory that `Prepared.scratchBytes` asked for, at a cache line's start.
  public let scratch: UnsafeMutableRawPointer
  public let threads: ThreadPool
  /// The elements from one row of result 0 to the next, where that is a part of a larger tensor; nil where it is dense.
  public let pitch: Int?

  /// The elements of operand `i`, which `prepare` has seen to be there.
  @inlinable @inline(__always)
  public func operand<T>(_ i: Int, as type: T.Type = T.self) -> UnsafePointer<T> {
    UnsafePointer(addresses[Int(operands[i])].unsafelyUnwrapped.assumingMemoryBound(to: T.self))
  }

  /// The memory of result `i`, which the caller has seen to be wanted or the kernel has only this one.
  @inlinable @inline(__always)
  public func result<T>(_ i: Int, as type: T.Type = T.self) -> UnsafeMutablePointer<T> {
    addresses[Int(results[i])].unsafelyUnwrapped.assumingMemoryBound(to: T.self)
  }

  /// The memory of result `i`, or nil when nobody wants it.
  @inlinable @inline(__always)
  public func wantedResult<T>(_ i: Int, as type: T.Type = T.self) -> UnsafeMutablePointer<T>? {
    results[i] < 0 ? nil : result(i)
  }
}
