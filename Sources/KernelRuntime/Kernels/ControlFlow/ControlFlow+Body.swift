/// A program that a kernel runs as a part of itself: its inputs are the kernel's to give, and behind them come values
/// that the program takes from around it.
public struct NestedProgram: Codable, Sendable {
  public var program: Program
  public var captureCount: Int

  public init(_ program: Program, captureCount: Int) {
    self.program = program
    self.captureCount = captureCount
  }

  /// How many inputs the kernel gives.
  var ownInputCount: Int { program.inputs.count - captureCount }

  /// The program made ready.
  func executor(_ options: KernelOptions, deferringErrors: Bool = false) throws(KernelError) -> Executor {
    guard captureCount >= 0, ownInputCount >= 0 else {
      throw .invalid("a body of \(program.inputs.count) inputs with \(captureCount) captures")
    }
    do throws(RunError) {
      return try Executor(program, options: options, deferringErrors: deferringErrors)
    } catch {
      throw KernelError(error)
    }
  }
}

extension Executor {
  /// Runs the program inside a kernel. Operands that are absent outside cannot be captures, so none is.
  func run(_ inputs: [RuntimeValue?], _ context: Prepared.Context) throws(KernelError) -> [RuntimeValue] {
    var present: [RuntimeValue] = []
    for (i, input) in inputs.enumerated() {
      guard let input else { throw .invalid("input \(i) of a body is missing") }
      present.append(input)
    }
    do throws(RunError) {
      return try run(present, threads: context.threads)
    } catch {
      throw KernelError(error)
    }
  }
}

extension KernelError {
  /// The failure of a nested program as one of the kernel that runs it.
  init(_ error: RunError) { self.init(error.cause.kind, error.description) }
}

/// What is known of one of the tensors that rounds of a loop give and that are put together afterwards.
public struct ScanOutput: Codable, Hashable, Sendable {
  /// The type of one round's tensor, for a loop without rounds; extents that are not known are zero.
  public var spec: TensorSpec
  /// Where the dimension that counts the rounds goes; counts from the end where negative.
  public var axis: Int
  /// Whether the last round comes first.
  public var isReversed: Bool

  public init(_ spec: TensorSpec, axis: Int = 0, isReversed: Bool = false) {
    self.spec = spec
    self.axis = axis
    self.isReversed = isReversed
  }

  /// All rounds' tensors as one.
  func stack(_ rounds: [Tensor]) throws(KernelError) -> Tensor {
    let spec = rounds.first?.spec ?? spec
    let axis = try resolveAxis(axis, rank: spec.rank + 1)
    for round in rounds where round.spec != spec {
      throw .invalid("rounds of a loop give \(spec) and \(round.spec), which do not stack")
    }
    var shape = spec.shape
    shape.insert(rounds.count, at: axis)
    let inner = product(spec.shape[axis...])
    let outer = product(spec.shape[..<axis])
    return try Tensor(.checked(spec.type, shape)) { address in
      for (i, round) in (isReversed ? rounds.reversed() : rounds).enumerated() {
        for o in 0..<outer {
          copyElements(
            spec.type, from: round.address, at: o * inner, to: address, at: (o * rounds.count + i) * inner, count: inner
          )
        }
      }
    }
  }
}

extension Tensor {
  /// The part of the tensor at one index of an axis, without that dimension.
  func slice(_ index: Int, axis: Int) throws(KernelError) -> Tensor {
    var shape = self.shape
    let extent = shape.remove(at: axis)
    let inner = product(shape[axis...])
    let outer = product(shape[..<axis])
    if outer == 1 {
      let offset = byteOffset + index * inner * type.byteCount
      return try Tensor(TensorSpec(type, shape), buffer: buffer, byteOffset: offset)
    }
    return try Tensor(TensorSpec(type, shape)) { address in
      for o in 0..<outer {
        copyElements(
          type, from: self.address, at: (o * extent + index) * inner, to: address, at: o * inner, count: inner)
      }
    }
  }
}

/// Copies elements of any type to memory that holds elements already.
private func copyElements(
  _ type: ElementType, from source: UnsafeRawPointer, at i: Int, to target: UnsafeMutableRawPointer, at j: Int,
  count: Int
) {
  if type == .string {
    let strings = source.assumingMemoryBound(to: String.self) + i
    (target.assumingMemoryBound(to: String.self) + j).update(from: strings, count: count)
  } else {
    let size = type.byteCount
    (target + j * size).copyMemory(from: source + i * size, byteCount: count * size)
  }
}
