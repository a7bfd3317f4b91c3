import Graph
import KernelRuntime

/// A row of strings without stop words, in one case.
enum StringNormalizerOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    guard let shape = try call.shape(0) else { return [.tensor(TensorType(.string, nil))] }
    guard shape.count == 1 || (shape.count == 2 && (shape[0].value ?? 1) == 1) else {
      throw .shape("input 0 of StringNormalizer must be a row")
    }
    return [.tensor(TensorType(.string, shape.dropLast() + [.local("count")]))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    StringNormalizerKernel(
      caseChange: try call.choice("case_change_action"), isCaseSensitive: try call.flag("is_case_sensitive"),
      stopWords: try call.optionalStrings("stopwords") ?? [])
  }
}
