import Graph
import KernelRuntime

/// The axes are an attribute, and a reduction without any is always one over all.
protocol ReductionDowngrade: Downgrade {
  /// What is left of the operator when it reduces over no axis.
  static func withoutAxes(_ draft: inout NodeDraft, _ x: ValueID, _ builder: inout NodeBuilder) throws(Diagnostic)
}

extension ReductionDowngrade {
  static func withoutAxes(_ draft: inout NodeDraft, _ x: ValueID, _ builder: inout NodeBuilder) throws(Diagnostic) {
    draft.become("Identity", [x])
  }

  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let x = try draft.required(0)
    let axes = try draft.operand(1).map { (axes) throws(Diagnostic) in
      try builder.integers(axes, "axes", of: draft.op)
    }
    let keepsAll = draft.takeInt("noop_with_empty_axes") ?? 0
    draft.operands = [x]
    if let axes, !axes.isEmpty {
      draft.attributes["axes"] = .ints(axes)
    } else if keepsAll != 0 {
      try withoutAxes(&draft, x, &builder)
    }
  }
}

/// The axes are an attribute.
protocol AxesDowngrade: Downgrade {}

extension AxesDowngrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    guard let axes = draft.operand(1) else { return }
    draft.attributes["axes"] = .ints(try builder.integers(axes, "axes", of: draft.op))
    draft.dropOperands(from: 1)
  }
}

/// There is no dilation: windows without gaps need none.
protocol DilationDowngrade: Downgrade {}

extension DilationDowngrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    if draft.ints("dilations")?.allSatisfy({ $0 == 1 }) == true { draft.attributes["dilations"] = nil }
  }
}

/// Updates can be added or multiplied, but the larger or smaller element cannot win.
protocol ScatterDowngrade: Downgrade {}

extension ScatterDowngrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    if let reduction = draft.string("reduction"), reduction == "max" || reduction == "min" {
      throw .unsupported("version 16 of \(draft.op) has no reduction \"\(reduction)\"")
    }
  }
}

/// A comparison that also holds for equal elements is made of the one that does not.
protocol ComparisonDowngrade: Downgrade {
  static var strict: String { get }
}

extension ComparisonDowngrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    // The opposite comparison, negated, would be wrong for elements that are no numbers.
    let strict = try builder.add(Self.strict, draft.operands)
    draft.become("Or", [strict, try builder.add("Equal", draft.operands)])
  }
}

/// The batch never stands before the sequence: other layouts are transposed.
protocol LayoutDowngrade: Downgrade {}

extension LayoutDowngrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    guard draft.takeInt("layout") == 1 else { return }
    for i in [0, 5, 6] where draft.operand(i) != nil {
      draft.operands[i] = try builder.add("Transpose", [draft.operand(i)], ["perm": .ints([1, 0, 2])])
    }
    let results = try builder.addNode(
      draft.op, draft.operands, draft.attributes, results: draft.results.map { _ in "" })
    for state in results.dropFirst().reversed() {
      draft.giveLastResult(try builder.add("Transpose", [state], ["perm": .ints([1, 0, 2])]))
    }
    draft.become("Transpose", [results[0]], ["perm": .ints([2, 0, 1, 3])])
  }
}

/// Before version 7 the second operand is stretched to the first one's shape only with `broadcast` set: it has one
/// element, or the last extents of the first.
protocol BroadcastDowngrade: Downgrade {}

extension BroadcastDowngrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let (first, second) = (try draft.required(0), try draft.required(1))
    guard let a = builder.type(first)?.tensor?.shape, let b = builder.type(second)?.tensor?.shape else {
      throw .unsupported("before version 7 \(draft.op) must know the ranks of its inputs")
    }
    if a == b { return }
    guard a.count >= b.count, a.suffix(b.count).elementsEqual(b) || b.allSatisfy({ $0.value == 1 }) else {
      throw .unsupported("before version 7 \(draft.op) stretches its second input only, along its first axes")
    }
    draft.attributes["broadcast"] = .int(1)
  }
}

extension NodeBuilder {
  /// Some of the elements along the last axis.
  mutating func part(_ x: ValueID, from start: Int, to end: Int, step: Int) throws(Diagnostic) -> ValueID {
    try add(
      "Slice", [x, try constant([start]), try constant([end]), try constant([-1]), try constant([step])])
  }

  /// The axes from one on to the last.
  func axes(from axis: Int, of x: ValueID) throws(Diagnostic) -> [Int] {
    if axis < 0 { return Array(axis..<0) }
    guard let rank = rank(x), axis <= rank else { throw .unsupported("normalization of a tensor of unknown rank") }
    return Array(axis..<rank)
  }

  /// A value in the type that statistics are computed in.
  mutating func widened(_ x: ValueID) throws(Diagnostic) -> ValueID {
    guard elementType(x) != .float else { return x }
    return try add("Cast", [x], ["to": .int(Int(ElementType.float.rawValue))])
  }

  /// A value in another one's type again.
  mutating func narrowed(_ value: ValueID, like x: ValueID) throws(Diagnostic) -> ValueID {
    elementType(x) == .float ? value : try add("CastLike", [value, x])
  }
}
