"""Recurrent layers."""
import numpy as np

from draws import Draw, draws


@draws("RNN", "GRU", "LSTM")
def recurrent(dice, op):
    gates = {"RNN": 1, "GRU": 3, "LSTM": 4}[op]
    steps, batch, size, hidden = dice.integer(1, 6), dice.integer(1, 4), dice.integer(1, 9), dice.integer(1, 9)
    direction = dice.choice((None, "forward", "reverse", "bidirectional"))
    ways = 2 if direction == "bidirectional" else 1
    dtype = dice.type()
    def weights(*shape):
        return dice.array(shape, dtype, -0.8, 0.8)
    inputs = [weights(steps, batch, size), weights(ways, gates * hidden, size), weights(ways, gates * hidden, hidden),
              dice.maybe(weights(ways, 2 * gates * hidden)),
              dice.maybe(np.array(dice.integers(1, steps, batch), np.int32), 0.3),
              dice.maybe(weights(ways, batch, hidden))]
    attributes = {"hidden_size": hidden, "direction": direction, "clip": dice.maybe(dice.real(0.3, 2), 0.2)}
    if op == "GRU":
        attributes["linear_before_reset"] = dice.flag()
    if op == "LSTM":
        inputs += [dice.maybe(weights(ways, batch, hidden)), dice.maybe(weights(ways, 3 * hidden))]
        attributes["input_forget"] = dice.maybe(dice.integer(0, 1), 0.3)
    if dice.chance(0.3):
        count = {"RNN": 1, "GRU": 2, "LSTM": 3}[op] * ways
        attributes["activations"] = [dice.choice(("Tanh", "Sigmoid", "Relu", "Softsign")) for _ in range(count)]
    outputs = (True, dice.chance()) if op != "LSTM" else (True, dice.chance(), dice.chance())
    return Draw(inputs, attributes, outputs, references=("ort",),
                tolerances={"float16": (1e-2, 4e-3), "bfloat16": (4e-2, 3e-2)})
