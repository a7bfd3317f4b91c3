/// A straight line of kernel calls on numbered slots: what a graph becomes when it is compiled.
///
/// Plain data; `Executor` makes it ready and runs it.
public struct Program: Sendable {
  /// One kernel call.
  public struct Instruction: Sendable {
    public var kernel: any Kernel
    /// The slot of each operand; nil for an absent one.
    public var operands: [Slot?]
    /// The slot of each result; nil for one that nobody wants.
    public var results: [Slot?]
    /// The node that this call came from, for messages and profiles.
    public var label: String
    /// Whether the results decide where values go, so that a rounding error may become one of a value's own size.
    public var isDeciding: Bool

    public init(kernel: any Kernel, operands: [Slot?], results: [Slot?], label: String, isDeciding: Bool = false) {
      self.kernel = kernel
      self.operands = operands
      self.results = results
      self.label = label
      self.isDeciding = isDeciding
    }
  }

  /// A place for one value. Each is written once: by the caller, as a constant, or by one instruction.
  public struct Slot: Hashable, Sendable, CustomStringConvertible {
    public let index: Int
    init(_ index: Int) { self.index = index }
    public var description: String { "%\(index)" }
  }

  public internal(set) var slotCount = 0
  /// The slots that the caller fills, and their types where they are fixed; nil for one that any value may fill.
  public internal(set) var inputs: [(slot: Slot, spec: TensorSpec?)] = []
  public internal(set) var constants: [(slot: Slot, value: Constant)] = []
  public internal(set) var instructions: [Instruction] = []
  public internal(set) var outputs: [Slot] = []

  public init() {}

  /// Adds an input.
  public mutating func input(_ spec: TensorSpec?) -> Slot {
    let slot = newSlot()
    inputs.append((slot, spec))
    return slot
  }

  /// Adds a constant.
  public mutating func constant(_ value: Tensor) -> Slot {
    let slot = newSlot()
    constants.append((slot, Constant(value)))
    return slot
  }

  /// Adds a kernel call, after all others.
  ///
  /// - Parameters:
  ///   - wanted: for each result of the kernel, whether it is used.
  ///   - isDeciding: whether the results decide where values go.
  /// - Returns: the slot of each wanted result.
  public mutating func call(
    _ kernel: any Kernel, _ operands: [Slot?], wanted: [Bool] = [true], label: String = "", isDeciding: Bool = false
  ) -> [Slot?] {
    let results = wanted.map { $0 ? newSlot() : nil }
    instructions.append(
      Instruction(kernel: kernel, operands: operands, results: results, label: label, isDeciding: isDeciding))
    return results
  }

  /// Says which slots the program gives back, in order.
  public mutating func setOutputs(_ slots: [Slot]) { outputs = slots }

  private mutating func newSlot() -> Slot {
    defer { slotCount += 1 }
    return Slot(slotCount)
  }
}
