import Graph

/// Only the second operand is stretched, and only when the node says so.
enum Equal_7_1: BroadcastDowngrade {}
