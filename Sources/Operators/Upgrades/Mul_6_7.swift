import Graph

/// The second operand is broadcast as in NumPy, without attributes that ask for it.
enum Mul_6_7: BroadcastUpgrade {}
