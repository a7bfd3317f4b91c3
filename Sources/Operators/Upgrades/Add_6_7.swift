import Graph

/// The second operand is broadcast as in NumPy, without attributes that ask for it.
enum Add_6_7: BroadcastUpgrade {}
