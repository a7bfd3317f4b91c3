import Graph

/// The second operand is broadcast as in NumPy, without attributes that ask for it.
enum Equal_1_7: BroadcastUpgrade {}
