import Graph

/// The axes are an attribute.
enum Squeeze_13_11: AxesDowngrade {}
