import Graph
import KernelRuntime

/// Each axis has a number of repeats; until then one axis had one.
enum Tile_1_6: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let x = try draft.required(0)
    let int64: [String: AttributeValue] = ["to": .int(Int(ElementType.int64.rawValue))]
    let element = try builder.constant([1])
    let count = try builder.add("Reshape", [try builder.add("Cast", [draft.required(1)], int64), element])
    let axis = try builder.add("Reshape", [try builder.add("Cast", [draft.required(2)], int64), element])
    let ones = try builder.repeated(1, count: try builder.rankVector(x))
    draft.operands = [x, try builder.add("ScatterElements", [ones, axis, count])]
  }
}
