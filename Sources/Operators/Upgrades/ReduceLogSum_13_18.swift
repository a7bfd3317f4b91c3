import Graph

/// The axes are an input.
enum ReduceLogSum_13_18: AxesUpgrade {}
