import Graph
import KernelRuntime

/// The lengths of the parts are an attribute only; until then they could be an input of the type of what is split. From
/// version 13 on they are an input again, of integers.
enum Split_1_2: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    guard let lengths = draft.operand(1) else { return }
    draft.attributes["split"] = nil
    draft.operands[1] = try builder.add("Cast", [lengths], ["to": .int(Int(ElementType.int64.rawValue))])
    draft.version = 13
  }
}
