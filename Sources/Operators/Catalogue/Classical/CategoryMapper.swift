import Graph
import KernelRuntime

/// Strings as integers, or integers as strings, by two lists of equal length.
enum CategoryMapperOp: ClassicalOp {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let type = try call.elementType(0)
    return [.tensor(TensorType(type == .string ? .int64 : .string, try call.shape(0)))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    let isFromStrings = try call.elementType(0) == .string
    let (names, numbers) = (try call.strings("cats_strings"), try call.ints("cats_int64s"))
    let (name, number) = (try call.string("default_string"), try call.int("default_int64"))
    return try unwrap { () throws(KernelError) in
      let strings = try Tensor(names, shape: [names.count])
      let integers = try Tensor(numbers.map { Int64($0) }, shape: [numbers.count])
      return isFromStrings
        ? LabelEncoderKernel(keys: strings, values: integers, fallback: try Tensor(scalar: Int64(number)))
        : LabelEncoderKernel(keys: integers, values: strings, fallback: try Tensor(scalar: name))
    }
  }
}
