import Graph

/// The axes are an input.
enum ReduceMean_13_18: AxesUpgrade {}
