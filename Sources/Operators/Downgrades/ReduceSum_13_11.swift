import Graph

/// The axes are an attribute.
enum ReduceSum_13_11: ReductionDowngrade {}
