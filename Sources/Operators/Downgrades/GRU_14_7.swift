import Graph

/// There is only one layout.
enum GRU_14_7: LayoutDowngrade {}
