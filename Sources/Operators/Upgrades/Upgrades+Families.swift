import Graph
import KernelRuntime

/// Before version 7 the second operand was stretched to the first one's shape only with `broadcast` set, and an `axis`
/// could say where in the first one's shape its own begins; by default it is the end, as it always is from then on.
protocol BroadcastUpgrade: Upgrade {}

extension BroadcastUpgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let broadcast = draft.takeInt("broadcast") ?? 0
    let axis = draft.takeInt("axis")
    guard broadcast != 0 else {
      let (first, second) = (builder.type(try draft.required(0))?.tensor, builder.type(try draft.required(1))?.tensor)
      if let a = first?.spec?.shape, let b = second?.spec?.shape, a != b {
        throw .shape("the inputs of \(draft.op) have shapes \(a) and \(b), but broadcast is not set")
      }
      return
    }
    guard let axis else { return }
    draft.operands[1] = try builder.align(draft.required(1), at: axis, of: draft.required(0))
  }
}

/// The axes, until then an attribute, are an input.
protocol AxesUpgrade: Upgrade {}

extension AxesUpgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    // An empty list says what none says: all axes.
    guard let axes = draft.takeInts("axes"), !axes.isEmpty else { return }
    draft.setOperand(1, to: try builder.constant(axes))
  }
}

/// Integers are no longer taken; a detour through double gives what they gave.
protocol IntegerUpgrade: Upgrade {}

extension IntegerUpgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let x = try draft.required(0)
    guard let type = builder.elementType(x), !type.isFloatingPoint else { return }
    let wide = try builder.add("Cast", [x], ["to": .int(Int(ElementType.double.rawValue))])
    let result = try builder.add(draft.op.type, [wide] + draft.operands.dropFirst(), draft.attributes)
    draft.become("Cast", [result], ["to": .int(Int(type.rawValue))])
  }
}

/// The exponent of the norm is an integer.
protocol ExponentUpgrade: Upgrade {}

extension ExponentUpgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    guard let p = draft.takeFloat("p") else { return }
    guard let exponent = Int(exactly: p) else {
      throw .unsupported("\(draft.op) with the exponent \(p), which is no integer")
    }
    draft.attributes["p"] = .int(exponent)
  }
}

/// Whether all steps' results are wanted is said by naming that output alone, and no longer by an attribute as well.
protocol OutputSequenceUpgrade: Upgrade {}

extension OutputSequenceUpgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    draft.attributes["output_sequence"] = nil
  }
}
