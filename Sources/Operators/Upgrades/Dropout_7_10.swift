import Graph
import KernelRuntime

/// The mask is of truth values instead of the type of the input.
enum Dropout_7_10: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    guard draft.hasResult(1) else { return }
    let x = try draft.required(0)
    let shape = try builder.add("Shape", [x])
    let one = try unwrap { () throws(KernelError) in try Tensor([Int64(1)], shape: [1]) }
    let ones = try builder.add("ConstantOfShape", [shape], ["value": .tensor(one)])
    draft.giveLastResult(try builder.add("CastLike", [ones, x]))
  }
}
