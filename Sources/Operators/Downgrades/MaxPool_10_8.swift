import Graph

/// There is no dilation.
enum MaxPool_10_8: DilationDowngrade {}
