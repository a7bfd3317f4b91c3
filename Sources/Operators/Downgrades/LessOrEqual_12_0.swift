import Graph

/// Two comparisons do the same.
enum LessOrEqual_12_0: ComparisonDowngrade {
  static let strict = "Less"
}
