import Graph

/// There is only one layout.
enum LSTM_14_7: LayoutDowngrade {}
