import Graph

/// There are fewer reductions.
enum ScatterND_18_16: ScatterDowngrade {}
