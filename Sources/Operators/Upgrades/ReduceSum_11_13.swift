import Graph

/// The axes are an input.
enum ReduceSum_11_13: AxesUpgrade {}
