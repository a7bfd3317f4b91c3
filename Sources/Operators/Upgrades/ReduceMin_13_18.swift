import Graph

/// The axes are an input.
enum ReduceMin_13_18: AxesUpgrade {}
