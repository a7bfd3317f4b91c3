import Graph

/// The axes are an input.
enum ReduceProd_13_18: AxesUpgrade {}
