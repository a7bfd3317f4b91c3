import Graph
import KernelRuntime

/// Its operand with the first elements of each sequence of a batch in reverse.
enum ReverseSequenceOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let axes = (try call.int("batch_axis"), try call.int("time_axis"))
    guard axes == (0, 1) || axes == (1, 0) else {
      throw .attribute("batch_axis and time_axis of ReverseSequence must be 0 and 1, in some order")
    }
    if let x = try call.shape(0, minimumRank: 2), let lengths = try call.shape(1, rank: 1) {
      _ = try call.unify(x[axes.0], lengths[0], "the batch and the number of lengths")
    }
    return [try call.type(0)]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    ReverseSequenceKernel(batchAxis: try call.int("batch_axis"), timeAxis: try call.int("time_axis"))
  }
}
