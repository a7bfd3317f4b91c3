import Graph

/// The axes are an input.
enum ReduceL2_13_18: AxesUpgrade {}
