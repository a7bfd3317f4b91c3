import Graph

/// There is no dilation.
enum AveragePool_19_11: DilationDowngrade {}
