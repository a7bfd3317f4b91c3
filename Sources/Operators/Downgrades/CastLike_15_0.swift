import Graph
import KernelRuntime

/// A Cast says the type itself.
enum CastLike_15_0: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    guard let type = builder.elementType(try draft.required(1)) else {
      throw .unsupported("CastLike to a type that is not known")
    }
    draft.attributes["to"] = .int(Int(type.rawValue))
    draft.become("Cast", [draft.operand(0)], draft.attributes)
  }
}
