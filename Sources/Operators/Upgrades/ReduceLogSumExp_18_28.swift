import Graph

/// Integers are no longer taken.
enum ReduceLogSumExp_18_28: IntegerUpgrade {}
