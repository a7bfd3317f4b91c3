import Graph
import KernelRuntime

/// The type is given by its name.
enum Cast_6_1: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    guard let code = draft.takeInt("to"), let type = UInt8(exactly: code).flatMap(ElementType.init(rawValue:)) else {
      throw .attribute("the attribute \"to\" of Cast is no type")
    }
    draft.attributes["to"] = .string(type.name.uppercased())
  }
}
