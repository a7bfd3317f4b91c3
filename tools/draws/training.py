"""Steps of training."""
import numpy as np

from draws import Draw, draws

PREVIEW = "ai.onnx.preview.training."


@draws(PREVIEW + "Adagrad", PREVIEW + "Adam", PREVIEW + "Momentum")
def step(dice, op):
    dtype = dice.type("T3")
    count = dice.integer(1, 3)
    shapes = [dice.shape(0, 4) for _ in range(count)]
    def tensors(*limits):
        return [dice.array(shape, dtype, *limits) for shape in shapes]
    inputs = [np.array(dice.real(0.001, 0.5), dice.type("T1")), np.array(dice.integer(0, 5)),
              *tensors(), *tensors()]
    attributes = {"norm_coefficient": dice.maybe(dice.real(0, 0.1))}
    results = 2
    if op == "Adagrad":
        inputs += tensors(0, 4)
        attributes |= {"decay_factor": dice.maybe(dice.real(0, 0.1)), "epsilon": dice.maybe(dice.real(1e-3, 1e-1))}
    elif op == "Adam":
        inputs += tensors() + tensors(0, 4)
        results = 3
        attributes |= {"alpha": dice.maybe(dice.real(0.5, 0.99)), "beta": dice.maybe(dice.real(0.5, 0.999)),
                       "epsilon": dice.maybe(dice.real(1e-3, 1e-1)),
                       "norm_coefficient_post": dice.maybe(dice.real(0, 0.1))}
    else:
        inputs += tensors()
        attributes |= {"alpha": dice.real(0.5, 0.99), "beta": dice.real(0.5, 0.99),
                       "mode": dice.choice(("standard", "nesterov")), "norm_coefficient": dice.real(0, 0.1)}
    return Draw(inputs, attributes, (True,) * (results * count))
