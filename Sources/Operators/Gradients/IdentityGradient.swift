import Graph

/// Operators that pass elements on as they are, broadcast or in another type.
enum IdentityGradient: GradientRule {
  static let operators = ["Cast", "Dropout", "Expand", "Identity"]

  static func pull(to i: Int, of site: GradientSite, _ builder: inout NodeBuilder) throws(Diagnostic) -> ValueID? {
    if site.call.op.type == "Dropout", site.call.has(2), site.call.known(2)?.integers != [0] {
      throw .unsupported("Gradient of Dropout in training mode")
    }
    return i == 0 ? try site.dy : nil
  }
}
