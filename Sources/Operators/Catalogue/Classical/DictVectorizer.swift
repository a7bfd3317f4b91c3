import Graph
import KernelRuntime

/// The values of a map as a tensor, in the order of a vocabulary.
enum DictVectorizerOp: ClassicalOp {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    guard case .map(let key, .tensor(let value)) = try call.type(0) else {
      throw .type("input 0 of \(name) is not a map to numbers or strings")
    }
    let vocabulary = try call.labels("int64_vocabulary", "string_vocabulary")
    guard vocabulary.type == key else {
      throw .type("the keys of \(name) are of type \(key.name), those of its vocabulary \(vocabulary.type.name)")
    }
    return [.tensor(TensorType(value.elementType, [1, Dimension(vocabulary.count)]))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    DictVectorizerKernel(vocabulary: try call.labels("int64_vocabulary", "string_vocabulary"))
  }
}
