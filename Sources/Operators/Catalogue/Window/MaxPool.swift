import Graph
import KernelRuntime

/// The greatest element under each place of a window, and where it lies.
enum MaxPoolOp: PoolOp {
  static let function = PoolFunction.max

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let shape = try pooledShape(call)
    return [try call.tensorType(like: 0, shape), .tensor(TensorType(.int64, shape))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    var kernel = try poolKernel(call)
    kernel.columnMajor = try call.flag("storage_order")
    return kernel
  }
}
