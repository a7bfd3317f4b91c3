import Graph

/// Integers are no longer taken.
enum ReduceLogSum_18_28: IntegerUpgrade {}
