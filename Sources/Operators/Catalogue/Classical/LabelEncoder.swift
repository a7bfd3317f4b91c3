import Graph
import KernelRuntime

/// Each element replaced by the value of the key that it equals.
enum LabelEncoderOp: ClassicalOp {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    [.tensor(TensorType(try list("values", call).type, try call.shape(0)))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    let values = try list("values", call)
    return LabelEncoderKernel(keys: try list("keys", call), values: values, fallback: try fallback(call, values.type))
  }

  /// The keys or values, of whichever type they are.
  private static func list(_ what: String, _ call: OperatorCall) throws(Diagnostic) -> Tensor {
    if let tensor = try call.optionalTensor("\(what)_tensor") { return tensor }
    let (strings, integers, floats) = (
      try call.optionalStrings("\(what)_strings"), try call.optionalInts("\(what)_int64s"),
      try call.optionalFloats("\(what)_floats")
    )
    return try unwrap { () throws(KernelError) in
      if let strings, !strings.isEmpty { return try Tensor(strings, shape: [strings.count]) }
      if let integers, !integers.isEmpty { return try Tensor(integers.map { Int64($0) }, shape: [integers.count]) }
      if let floats, !floats.isEmpty { return try Tensor(floats, shape: [floats.count]) }
      throw .invalid("\(name) has no \(what)")
    }
  }

  private static func fallback(_ call: OperatorCall, _ type: ElementType) throws(Diagnostic) -> Tensor {
    if let tensor = try call.optionalTensor("default_tensor") { return tensor }
    let (text, integer, float) = (
      try call.string("default_string"), try call.int("default_int64"), try call.float("default_float")
    )
    return try unwrap { () throws(KernelError) in
      switch type {
      case .string: return try Tensor(scalar: text)
      case .int64, .int32, .int16: return try Evaluator.cast(Tensor(scalar: Int64(integer)), to: type)
      default: return try Evaluator.cast(Tensor(scalar: float), to: type)
      }
    }
  }
}
