import Graph

/// The axes are an attribute.
enum ReduceMean_18_13: ReductionDowngrade {}
