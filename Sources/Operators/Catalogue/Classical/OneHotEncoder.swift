import Graph
import KernelRuntime

/// For each element a 1 at the place of its category.
enum OneHotEncoderOp: ClassicalOp {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let count = try call.labels("cats_int64s", "cats_strings").count
    guard count > 0 else { throw .attribute("\(name) has no categories") }
    return [.tensor(TensorType(.float, try call.shape(0).map { $0 + [Dimension(count)] }))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    OneHotEncoderKernel(
      categories: try call.labels("cats_int64s", "cats_strings"), allowsUnknown: try call.flag("zeros"))
  }
}
