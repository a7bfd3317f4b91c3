import Graph

/// Only the second operand is stretched, and only when the node says so.
enum Add_7_6: BroadcastDowngrade {}
