import Graph

/// The axes are an input.
enum ReduceMax_13_18: AxesUpgrade {}
