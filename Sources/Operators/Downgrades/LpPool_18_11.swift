import Graph

/// There is no dilation.
enum LpPool_18_11: DilationDowngrade {}
