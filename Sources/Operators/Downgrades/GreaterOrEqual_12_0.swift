import Graph

/// Two comparisons do the same.
enum GreaterOrEqual_12_0: ComparisonDowngrade {
  static let strict = "Greater"
}
