import Graph

/// The exponent of the norm is an integer.
enum LpPool_1_2: ExponentUpgrade {}
