import Graph
import Operators

extension ConversionTarget {
  /// Any consumer of ONNX: operators of the standard only, one result each.
  public static let portable = ConversionTarget(
    name: "portable", wantsSingleResults: true, rules: RuleRegistry.rules(for: "portable")
  ) { node, graph in
    let record = graph[node]
    guard SchemaRegistry.isStandard(record.op) else {
      let half = OperatorRegistry.entry(record.op)?.half
      if half?.standsAlone == true { return .legal }
      return .illegal(
        reason: half.map { "the standard cannot say result \($0.index) of \($0.base) alone" }
          ?? "\(record.op) is not an operator of the standard",
        help: half == nil ? nil : "drop the use of the other results of \(half.map { "\($0.base)" } ?? ""), if you can")
    }
    if record.results.count > 1 {
      return .illegal(reason: "it gives \(record.results.count) results")
    }
    return rewritten.contains(record.op)
      ? .illegal(reason: "consumers that lack MaxPool's indices lack \(record.op) too") : .legal
  }

  /// Operators of the standard that only make sense beside a second result, and that those who lack it lack as well.
  private static let rewritten: Set<OperatorName> = [OperatorName("MaxUnpool")]
}
