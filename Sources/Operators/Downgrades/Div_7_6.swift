import Graph

/// Only the second operand is stretched, and only when the node says so.
enum Div_7_6: BroadcastDowngrade {}
