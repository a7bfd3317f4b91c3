import Graph

/// The exponent of the norm is an integer.
enum GlobalLpPool_1_2: ExponentUpgrade {}
