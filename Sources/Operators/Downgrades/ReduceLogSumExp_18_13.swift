import Graph

/// The axes are an attribute.
enum ReduceLogSumExp_18_13: ReductionDowngrade {}
