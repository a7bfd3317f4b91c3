import Graph

/// The axes are an input.
enum ReduceL1_13_18: AxesUpgrade {}
