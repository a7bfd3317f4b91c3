"""Pools, and what undoes them."""
import numpy as np

from draws import Draw, draws, dtype_named, int64s, wrong


@draws("MaxPool", "AveragePool", "LpPool")
def pool(dice, op):
    sizes = dice.spatial()
    attributes = dice.window(sizes)
    if not attributes["auto_pad"] or attributes["auto_pad"] == "NOTSET":
        attributes["ceil_mode"] = dice.flag()
    dtype = dice.type()
    outputs = (True,)
    if op == "MaxPool":
        outputs = (True, dice.chance(0.4))
        attributes["storage_order"] = dice.flag() if outputs[1] else None
    if op == "AveragePool":
        # A window may miss every element with its holes; the average of none is not defined.
        attributes["count_include_pad"] = dice.flag() if attributes["dilations"] is None else 1
    if op == "LpPool":
        attributes["p"] = dice.maybe(dice.integer(1, 3))
    return Draw([dice.array((dice.integer(1, 3), dice.integer(1, 17), *sizes), dtype)], attributes, outputs,
                # onnx.reference takes dilations and windows beyond the end in several wrong ways.
                references=("ort",))


@draws("MaxUnpool")
def max_unpool(dice, op):
    sizes = [dice.integer(1, 5) for _ in range(dice.integer(1, 3))]
    rank = len(sizes)
    kernel, strides = dice.integers(1, 3, rank), dice.integers(1, 3, rank)
    full = [(size - 1) * stride + extent for size, stride, extent in zip(sizes, strides, kernel)]
    x = dice.array((dice.integer(1, 2), dice.integer(1, 3), *sizes), dice.type("T1"))
    places = np.argsort(dice.numbers.random((*x.shape[:2], max(x.size, np.prod(full)))))[..., :np.prod(sizes)]
    offsets = np.arange(np.prod(x.shape[:2])).reshape(*x.shape[:2], 1) * np.prod(full)
    indices = (places % np.prod(full) + offsets).reshape(x.shape)
    return Draw([x, int64s(indices)], {"kernel_shape": kernel, "strides": strides}, references=("ort", "onnx"))


@draws("MaxRoiPool")
def max_roi_pool(dice, op):
    n, h, w = dice.integer(1, 3), dice.integer(2, 9), dice.integer(2, 9)
    def roi():
        (x0, x1), (y0, y1) = sorted(dice.integers(0, w - 1, 2)), sorted(dice.integers(0, h - 1, 2))
        return [dice.integer(0, n - 1), x0, y0, x1, y1]
    dtype = dice.type()
    return Draw([dice.array((n, dice.integer(1, 3), h, w), dtype),
                 np.array([roi() for _ in range(dice.integer(1, 4))], dtype_named(dtype))],
                {"pooled_shape": dice.integers(1, 4, 2), "spatial_scale": dice.choice((None, 0.5, 1.0))},
                references=("ort",))


@draws("GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool")
def global_pool(dice, op):
    x = dice.array((dice.integer(1, 3), dice.integer(1, 9), *dice.spatial(0, 4)), dice.type())
    wide, axes = x.astype(np.float64), tuple(range(2, x.ndim))
    p = dice.maybe(dice.integer(1, 3)) if op == "GlobalLpPool" else None
    if op == "GlobalLpPool":
        pooled = np.sum(np.abs(wide) ** (p or 2), axis=axes, keepdims=True) ** (1 / (p or 2))
    else:
        pooled = (np.max if op == "GlobalMaxPool" else np.mean)(wide, axis=axes, keepdims=True)
    return Draw([x], {"p": p}, told=[pooled.astype(x.dtype)])


@draws("RoiAlign")
def roi_align(dice, op):
    n, h, w = dice.integer(1, 3), dice.integer(2, 9), dice.integer(2, 9)
    count = dice.integer(1, 4)
    corners = dice.numbers.uniform(0, max(h, w), (count, 4))
    rois = np.concatenate([np.minimum(corners[:, :2], corners[:, 2:]), np.maximum(corners[:, :2], corners[:, 2:])], 1)
    dtype = dice.type("T1")
    return Draw([dice.array((n, dice.integer(1, 3), h, w), dtype), rois.astype(dtype_named(dtype)),
                 int64s(dice.integers(0, n - 1, count))],
                {"mode": dice.choice((None, "avg", "max")), "output_height": dice.maybe(dice.integer(1, 4)),
                 "output_width": dice.maybe(dice.integer(1, 4)), "sampling_ratio": dice.maybe(dice.integer(0, 3)),
                 "spatial_scale": dice.maybe(dice.real(0.5, 1)),
                 "coordinate_transformation_mode": dice.choice((None, "half_pixel", "output_half_pixel"))},
                references=("ort", "onnx"))


# What the references get wrong.

def is_same(draw):
    return "SAME" in (draw.attributes.get("auto_pad") or "")


def reach(draw):
    """How far the window of a convolution or pool reaches along each axis, and its strides."""
    kernel = draw.attributes.get("kernel_shape") or draw.inputs[1].shape[2:]
    ones = [1] * len(kernel)
    dilations, strides = (draw.attributes.get(key) or ones for key in ("dilations", "strides"))
    return [(k - 1) * d + 1 for k, d in zip(kernel, dilations)], strides


def is_narrow(draw):
    """Whether SAME padding of a window narrower than its strides would have to be negative."""
    return is_same(draw) and any(extent < stride for extent, stride in zip(*reach(draw)))


wrong("ort", "AveragePool", "LpPool", "MaxPool", reason="leaves dilations out of SAME padding",
      when=lambda draw, results: is_same(draw) and any(d != 1 for d in draw.attributes.get("dilations", [])))
wrong("ort", "AveragePool", "LpPool", "MaxPool", reason="pads by less than nothing where strides are wide",
      when=lambda draw, results: is_narrow(draw))
wrong("ort", "ConvTranspose", reason="gives less than SAME asks for where strides are wide",
      when=lambda draw, results: is_narrow(draw))
