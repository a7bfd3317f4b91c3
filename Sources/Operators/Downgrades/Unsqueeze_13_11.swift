import Graph

/// The axes are an attribute.
enum Unsqueeze_13_11: AxesDowngrade {}
