import Graph
import KernelRuntime

/// Base and exponent have one type.
enum Pow_12_7: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let (base, exponent) = (try draft.required(0), try draft.required(1))
    guard let type = builder.elementType(base), builder.elementType(exponent) != type else { return }
    draft.operands[1] = try builder.add("Cast", [exponent], ["to": .int(Int(type.rawValue))])
  }
}
