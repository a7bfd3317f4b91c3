"""Losses."""
import numpy as np

from draws import Draw, draws, wrong


@draws("NegativeLogLikelihoodLoss", "SoftmaxCrossEntropyLoss")
def loss(dice, op):
    classes = dice.integer(1, 6)
    shape = (dice.integer(1, 4), classes, *dice.spatial(0, 3))
    labels = dice.array(shape[:1] + shape[2:], dice.type("Tind"), 0, classes - 1)
    dtype = dice.type()
    ignored = dice.maybe(dice.choice((0, -1, classes)), 0.4)
    if ignored is not None and ignored not in range(classes):
        labels = np.where(dice.numbers.random(labels.shape) < 0.3, ignored, labels).astype(labels.dtype)
    outputs = (True, dice.chance()) if op == "SoftmaxCrossEntropyLoss" else (True,)
    return Draw([dice.array(shape, dtype), labels, dice.maybe(dice.array((classes,), dtype, 0.1, 2))],
                {"ignore_index": ignored, "reduction": dice.choice((None, "none", "mean", "sum"))}, outputs,
                # Onramp rounds after each of the operators that it expands to.
                tolerances={"float16": (1e-2, 1e-2), "bfloat16": (6e-2, 1e-1)})


# What the references get wrong.

wrong("onnx", "NegativeLogLikelihoodLoss", reason="counts elements to ignore in the mean when ignore_index is -1",
      when=lambda draw, results: draw.attributes.get("ignore_index") == -1)
