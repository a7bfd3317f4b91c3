import Graph
import KernelRuntime

/// The type is a number of the format instead of its name.
enum Cast_1_6: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    guard let name = draft.string("to"), let type = ElementType(name: name.lowercased()) else {
      throw .attribute("attribute \"to\" of Cast does not name an element type")
    }
    draft.attributes["to"] = .int(Int(type.rawValue))
  }
}
