import Graph
import KernelRuntime

/// The operator is withdrawn; ConstantOfShape does the same.
enum ConstantFill_1_10: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let shape = try draft.filledShape(&builder)
    let code = draft.int("dtype") ?? 1
    guard let type = UInt8(exactly: code).flatMap(ElementType.init(rawValue:)), type != .string else {
      throw .attribute("the attribute \"dtype\" of \(draft.op) is \(code), which is no type of numbers")
    }
    let value = try builder.constant(Double(draft.float("value") ?? 0), type)
    guard let element = builder.known(value) else { return }
    let one = try unwrap { () throws(KernelError) in try element.reshaped([1]) }
    draft.become("ConstantOfShape", [shape], ["value": .tensor(one)])
  }
}
