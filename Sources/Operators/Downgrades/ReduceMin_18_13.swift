import Graph

/// The axes are an attribute.
enum ReduceMin_18_13: ReductionDowngrade {}
