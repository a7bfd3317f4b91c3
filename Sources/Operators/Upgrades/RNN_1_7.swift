import Graph

/// The attribute `output_sequence` is gone.
enum RNN_1_7: OutputSequenceUpgrade {}
