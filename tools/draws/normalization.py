"""Normalization."""
import numpy as np

from draws import Draw, draws, dtype_named, element_kind, types_allowed, wrong

NORMAL = {"float16": (1e-2, 1e-2), "bfloat16": (4e-2, 6e-2)}


@draws("BatchNormalization")
def batch_normalization(dice, op):
    shape, dtype = dice.shape(2, 5, empty=0), dice.type()
    channels, training = (shape[1],), dice.chance(0.3)
    scale, kind = dice.type("T1"), dice.type("T2")
    return Draw([dice.array(shape, dtype), dice.array(channels, scale), dice.array(channels, scale),
                 dice.array(channels, kind), dice.array(channels, kind, 0.2, 3)],
                {"epsilon": dice.maybe(dice.real(1e-5, 1e-2)), "training_mode": int(training) or dice.maybe(0),
                 "momentum": dice.maybe(dice.real(0.1, 0.9))}, (True,) * (3 if training else 1), tolerances=NORMAL)


@draws("InstanceNormalization")
def instance_normalization(dice, op):
    shape, dtype = dice.shape(3, 5, empty=0), dice.type()
    return Draw([dice.array(shape, dtype), dice.array(shape[1:2], dtype), dice.array(shape[1:2], dtype)],
                {"epsilon": dice.maybe(dice.real(1e-3, 1e-1))}, tolerances=NORMAL)


@draws("GroupNormalization")
def group_normalization(dice, op):
    groups, each = dice.integer(1, 3), dice.integer(1, 3)
    channels, dtype = groups * each, dice.type()
    return Draw([dice.array((dice.integer(1, 3), channels, *dice.spatial()), dtype), dice.array((channels,), dtype),
                 dice.array((channels,), dtype)],
                {"num_groups": groups, "epsilon": dice.maybe(dice.real(1e-3, 1e-1))},
                tolerances=NORMAL | {"float64": (1e-5, 1e-6)})


@draws("LayerNormalization", "RMSNormalization")
def layer_normalization(dice, op):
    shape, dtype = dice.shape(1, 5, empty=0), dice.type()
    axis = dice.axis(len(shape))
    scale = dice.array(dice.broadcast(shape[axis:]) if dice.chance(0.2) else shape[axis:], dtype)
    attributes = {"axis": axis, "epsilon": dice.maybe(dice.real(1e-3, 1e-1))}
    if op == "RMSNormalization":
        kind = dice.type("V")
        return Draw([dice.array(shape, dtype), scale.astype(dtype_named(kind))], attributes, tolerances=NORMAL)
    outputs = (True, dice.chance(0.3), dice.chance(0.3))
    x, bias = dice.array(shape, dtype), dice.maybe(dice.array(shape[axis:], dtype))
    stash = dice.choice((None, None, *types_allowed(op, "U"))) if dtype != "float64" else None
    attributes["stash_type"] = element_kind(stash) if stash else None
    # The references give statistics of another type, or crash on them.
    wide, over = x.astype(np.float64), tuple(range(axis % len(shape), len(shape)))
    mean = wide.mean(axis=over, keepdims=True)
    inverse = 1 / np.sqrt(wide.var(axis=over, keepdims=True) + (attributes["epsilon"] or 1e-5))
    y = ((wide - mean) * inverse * scale.astype(np.float64) + (0 if bias is None else bias.astype(np.float64)))
    told = [y.astype(x.dtype), *(value.astype(dtype_named(stash or "float32")) for value in (mean, inverse))]
    # A narrow stash is what all is computed with at first.
    near = NORMAL | {name: NORMAL["bfloat16"] for name in ("float32", "float16") if stash == "bfloat16"}
    return Draw([x, scale, bias], attributes, outputs, tolerances=near,
                told=[value for value, wanted in zip(told, outputs) if wanted])


@draws("LRN")
def local_response(dice, op):
    return Draw([dice.array(dice.shape(4, 4, empty=0), dice.type())],
                {"size": dice.choice((1, 3, 5)), "alpha": dice.maybe(dice.real(0.01, 1)),
                 "beta": dice.maybe(dice.real(0.2, 1)), "bias": dice.maybe(dice.real(0.5, 2))},
                references=("ort", "onnx"))


@draws("LpNormalization")
def lp_normalization(dice, op):
    shape = dice.shape(1, 5, empty=0)
    return Draw([dice.array(shape, dice.type())],
                {"axis": dice.maybe(dice.axis(len(shape))), "p": dice.maybe(dice.integer(1, 2))},
                references=("ort", "onnx"))


@draws("MeanVarianceNormalization")
def mean_variance(dice, op):
    shape = dice.shape(4, 4, empty=0)
    x, axes = dice.array(shape, dice.type()), dice.maybe(dice.axes(4, 1))
    # The references subtract squares of nearly the same size.
    wide, over = x.astype(np.float64), tuple(axes or (0, 2, 3))
    mean, deviation = (of(wide, axis=over, keepdims=True) for of in (np.mean, np.std))
    return Draw([x], {"axes": axes}, told=[((wide - mean) / (deviation + 1e-9)).astype(x.dtype)], tolerances=NORMAL)


# What the references get wrong.

wrong("onnx", "LRN", reason="normalizes only as many channels as there are batches")
wrong("onnx", "LpNormalization", reason="sums elements instead of their magnitudes",
      when=lambda draw, results: draw.attributes.get("p") == 1)
