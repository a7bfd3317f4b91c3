"""Signals."""
import numpy as np

from draws import INTEGERS, Draw, draws, dtype_named, element_kind, wrong

TRANSFORMS = {"float32": (1e-3, 1e-3), "float16": (1e-2, 3e-2), "bfloat16": (5e-2, 2e-1)}


@draws("HannWindow", "HammingWindow", "BlackmanWindow")
def signal_window(dice, op):
    return Draw([np.array(dice.integer(1, 20), dice.type("T1"))],
                {"periodic": dice.flag(), "output_datatype": dice.maybe(element_kind(dice.type("T2")))},
                # The middle is 1 but for rounding.
                tolerances={name: (0, 1) for name in INTEGERS})


@draws("DFT")
def fourier(dice, op):
    shape = dice.shape(2, 4, empty=0)
    inverse, onesided = dice.chance(0.3), dice.chance(0.3)
    parts = dice.choice((1, 2)) if not (inverse or onesided) else 1 if onesided else 2
    inverse = inverse and not onesided
    rank = len(shape) + 1
    axis = dice.integer(1, rank - 2) if rank > 2 else 0
    x = dice.array(shape + (parts,), dice.type("T1"))
    return Draw([x, dice.maybe(np.array(dice.integer(1, 12), dice.type("T2")), 0.3), np.array(axis)],
                {"inverse": int(inverse) or None, "onesided": int(onesided) or None},
                tolerances=TRANSFORMS)


@draws("STFT")
def short_time_fourier(dice, op):
    length, frame, step = dice.integer(12, 30), dice.integer(2, 9), dice.integer(1, 5)
    dtype, integer = dice.type("T1"), dice.type("T2")
    return Draw([dice.array((dice.integer(1, 2), length, 1), dtype), np.array(step, integer),
                 dice.maybe(dice.array((frame,), dtype)), np.array(frame, integer)],
                {"onesided": dice.flag()}, tolerances=TRANSFORMS)


@draws("MelWeightMatrix")
def mel_weights(dice, op):
    integer, edge = dice.type("T1"), dtype_named(dice.type("T2"))
    return Draw([*(np.array(value, integer) for value in (dice.integer(1, 8), dice.choice((16, 32, 64)), 8000)),
                 np.array(dice.integer(0, 500), edge), np.array(dice.integer(1000, 4000), edge)],
                {"output_datatype": dice.maybe(element_kind(dice.type("T3")))})


# What the references get wrong.

for evaluator in ("onnx", "ort"):
    wrong(evaluator, "BlackmanWindow", "HammingWindow", "HannWindow", reason="divides by zero for a window of one",
          when=lambda draw, results: draw.inputs[0] == 1 and draw.attributes.get("periodic") == 0)
