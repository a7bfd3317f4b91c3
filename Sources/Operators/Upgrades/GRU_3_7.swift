import Graph

/// The attribute `output_sequence` is gone.
enum GRU_3_7: OutputSequenceUpgrade {}
