import Graph

/// There is only one layout.
enum RNN_14_7: LayoutDowngrade {}
