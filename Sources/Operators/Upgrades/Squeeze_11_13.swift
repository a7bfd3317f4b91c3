import Graph

/// The axes are an input.
enum Squeeze_11_13: AxesUpgrade {}
