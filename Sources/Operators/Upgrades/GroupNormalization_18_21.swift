import Graph
import KernelRuntime

/// Scale and bias hold an element for each channel instead of each group. The statistics are of type float unless
/// `stash_type` says otherwise; until then they were of the type of the input.
enum GroupNormalization_18_21: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let x = try draft.required(0)
    guard let groups = draft.int("num_groups") else { return }
    let groupCount = try builder.constant([groups])
    let size = try builder.add("Div", [try builder.extentVector(x, 1), groupCount])
    let square = try builder.add("Concat", [groupCount, size], ["axis": .int(0)])
    for i in 1...2 {
      let column = try builder.add("Unsqueeze", [try draft.required(i), try builder.constant([1])])
      let rows = try builder.add("Expand", [column, square])
      draft.operands[i] = try builder.add("Reshape", [rows, try builder.constant([-1])])
    }
    if builder.elementType(x) == .double {
      draft.setDefault("stash_type", .int(Int(ElementType.double.rawValue)))
    }
  }
}
