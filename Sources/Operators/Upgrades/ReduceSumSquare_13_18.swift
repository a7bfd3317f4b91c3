import Graph

/// The axes are an input.
enum ReduceSumSquare_13_18: AxesUpgrade {}
