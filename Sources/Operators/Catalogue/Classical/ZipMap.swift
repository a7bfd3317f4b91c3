import Graph
import KernelRuntime

/// A map from classes to scores for each row.
enum ZipMapOp: ClassicalOp {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let labels = try call.labels("classlabels_int64s", "classlabels_strings")
    if let x = try call.shape(0, minimumRank: 1), let columns = x.last {
      _ = try call.unify(columns, Dimension(labels.count), "the numbers of columns and of classes")
    }
    return [.sequence(.map(key: labels.type, value: .tensor(TensorType(.float, nil))))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    ZipMapKernel(labels: try call.labels("classlabels_int64s", "classlabels_strings"))
  }
}
