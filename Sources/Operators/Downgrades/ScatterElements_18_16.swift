import Graph

/// There are fewer reductions.
enum ScatterElements_18_16: ScatterDowngrade {}
