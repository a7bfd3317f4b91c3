import Graph

/// The axes are an input.
enum ReduceLogSumExp_13_18: AxesUpgrade {}
