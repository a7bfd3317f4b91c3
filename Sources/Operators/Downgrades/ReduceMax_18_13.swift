import Graph

/// The axes are an attribute.
enum ReduceMax_18_13: ReductionDowngrade {}
