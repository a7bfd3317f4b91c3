import Graph
import KernelRuntime
import Synchronization

/// Runs single kernels on known tensors, for constant folding and shape arithmetic.
public enum Evaluator {
  private static let threads: Result<ThreadPool, KernelError> = Result { () throws(KernelError) in try ThreadPool() }

  /// A tensor's elements in another type.
  public static func cast(_ tensor: Tensor, to type: ElementType) throws(KernelError) -> Tensor {
    guard let result = try run(CastKernel(to: type), [Operand(tensor)]).first else {
      throw .unsupported("a cast from \(tensor.type.name) to \(type.name)")
    }
    return result
  }

  /// Runs a kernel on tensors that are all known.
  public static func run(_ kernel: any Kernel, _ operands: [Operand?]) throws(KernelError) -> [Tensor] {
    let values = try runValues(kernel, operands.map { $0?.value }, resultCount: nil)
    return values.compactMap { $0?.tensor }
  }

  /// Runs a kernel on values that are all known.
  ///
  /// - Parameter resultCount: how many results are wanted; all that the kernel names when nil.
  public static func runValues(
    _ kernel: any Kernel, _ values: [RuntimeValue?], resultCount: Int?
  ) throws(KernelError) -> [RuntimeValue?] {
    var program = Program()
    let operands = values.map { value in value.map { _ in program.input(nil) } }
    let count: Int
    if let resultCount {
      count = resultCount
    } else {
      count = try kernel.prepare(
        Operands(values.map { $0.map { Operand(spec: nil, value: $0) } }), options: KernelOptions()
      ).results.count
    }
    let results = program.call(kernel, operands, wanted: Array(repeating: true, count: count))
    program.setOutputs(results.compactMap { $0 })
    do throws(RunError) {
      return try Executor(program).run(values.compactMap { $0 }, threads: threads.get())
    } catch {
      throw error.cause
    }
  }
}

extension Result where Failure == KernelError {
  fileprivate func get() throws(RunError) -> Success {
    switch self {
    case .success(let value): return value
    case .failure(let error): throw RunError("", error)
    }
  }
}
