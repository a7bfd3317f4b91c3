import Graph
import KernelRuntime

/// Runs single kernels on known values, for constant folding and shape arithmetic.
public enum Evaluator {
  private static let threads: Result<ThreadPool, KernelError> = Result { () throws(KernelError) in try ThreadPool() }

  /// A tensor's elements in another type.
  public static func cast(_ tensor: Tensor, to type: ElementType) throws(KernelError) -> Tensor {
    guard let result = try run(CastKernel(to: type), [.tensor(tensor)]).first??.tensor else {
      throw .unsupported("a cast from \(tensor.type.name) to \(type.name)")
    }
    return result
  }

  /// All results of a kernel on values that are all known.
  public static func run(_ kernel: any Kernel, _ operands: [RuntimeValue?]) throws(KernelError) -> [RuntimeValue?] {
    try kernel.evaluate(operands, threads: threads.get())
  }
}
