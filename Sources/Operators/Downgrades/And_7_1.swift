import Graph

/// Only the second operand is stretched, and only when the node says so.
enum And_7_1: BroadcastDowngrade {}
