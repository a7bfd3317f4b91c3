import Graph

/// The attribute `output_sequence` is gone.
enum LSTM_1_7: OutputSequenceUpgrade {}
