import Graph

/// The axes are an attribute.
enum ReduceProd_18_13: ReductionDowngrade {}
