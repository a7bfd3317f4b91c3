import Graph
import KernelRuntime

/// The ratio is an attribute, and nothing can be trained.
enum Dropout_12_10: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    if let training = draft.operand(2), builder.known(training)?.elements(as: Bool.self) != [false] {
      throw .unsupported("version 10 of Dropout cannot be told to train")
    }
    if let ratio = draft.operand(1), let number = builder.known(ratio)?.doubles?.first {
      draft.attributes["ratio"] = .float(Float(number))
    }
    if draft.results.count > 1 {
      // Without training nothing is dropped; what the mask then holds version 10 does not say.
      let shape = try builder.add("Shape", [try draft.required(0)])
      let element = try unwrap { () throws(KernelError) in try Tensor([true], shape: [1]) }
      draft.giveLastResult(try builder.add("ConstantOfShape", [shape], ["value": .tensor(element)]))
    }
    draft.attributes["seed"] = nil
    draft.dropOperands(from: 1)
  }
}
