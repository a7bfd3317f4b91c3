import Graph

/// Integers are no longer taken.
enum Erf_9_13: IntegerUpgrade {}
