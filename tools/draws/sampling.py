"""Sampling at computed places."""
import numpy as np

from draws import INTEGERS, Draw, draws, dtype_named, is_signed, int64s, wrong


# What only the nearest element can stand for.
NOT_MIXED = ("str", "bool", "complex64", "complex128")


@draws("NonMaxSuppression")
def non_max_suppression(dice, op):
    batch, count, classes = dice.integer(1, 2), dice.integer(1, 9), dice.integer(1, 3)
    corners = dice.numbers.uniform(0, 4, (batch, count, 4))
    return Draw([corners.astype(np.float32), dice.array((batch, classes, count), "float32", 0, 1),
                 int64s([dice.integer(0, 5)]), np.array([dice.real(0, 0.7)], np.float32),
                 dice.maybe(np.array([dice.real(0, 0.7)], np.float32))],
                {"center_point_box": dice.flag()}, references=("ort", "onnx"))


@draws("Resize")
def resize(dice, op):
    mode = dice.choice((None, "nearest", "linear", "cubic"))
    shape = dice.shape(1, 4, 7, empty=0)
    if mode == "cubic":
        shape = (dice.integer(1, 2), dice.integer(1, 3), dice.integer(1, 8), dice.integer(1, 8))
    changed = range(max(0, len(shape) - 2), len(shape))
    attributes = {
        "mode": mode,
        "coordinate_transformation_mode": dice.choice((None, "half_pixel", "asymmetric", "align_corners",
                                                       "half_pixel_symmetric", "pytorch_half_pixel",
                                                       "tf_crop_and_resize")),
        "nearest_mode": dice.choice((None, "floor", "ceil", "round_prefer_ceil", "round_prefer_floor"))
        if mode in (None, "nearest") else None,
        "cubic_coeff_a": dice.maybe(-0.5) if mode == "cubic" else None,
        "exclude_outside": dice.flag() if mode == "cubic" else None,
        "antialias": dice.maybe(dice.integer(0, 1), 0.3) if mode in ("linear", "cubic") else None,
    }
    if attributes["coordinate_transformation_mode"] == "half_pixel_symmetric":
        attributes["nearest_mode"] = None  # its coordinates are integers but for rounding
    # What goes beyond an unsigned type's range is not defined.
    left_out = tuple(name for name in INTEGERS if mode == "cubic" and not is_signed(name))
    if mode not in (None, "nearest"):
        left_out += NOT_MIXED
    inputs = [dice.array(shape, dice.type("T1", but=left_out)), None]
    axes = list(changed) if dice.chance(0.3) else None
    attributes["axes"] = axes
    chosen = axes if axes is not None else range(len(shape))
    if attributes["coordinate_transformation_mode"] == "tf_crop_and_resize":
        starts = dice.numbers.uniform(-0.2, 0.6, len(chosen))
        ends = starts + dice.numbers.uniform(0.2, 0.8, len(chosen))
        inputs[1] = np.concatenate([starts, ends]).astype(dtype_named(dice.type("T2")))
        attributes["extrapolation_value"] = dice.maybe(float(dice.integer(0, 9)))
        attributes["antialias"] = None
    if dice.chance():
        scales = [dice.choice((0.5, 2.0, 1.5, 0.6, 3.0, 1.0)) if axis in changed else 1.0 for axis in chosen]
        scales = [scale if int(shape[axis] * scale) else 1.0 for axis, scale in zip(chosen, scales)]
        inputs[1] = inputs[1] if inputs[1] is not None else dice.maybe(dice.array((0,), dice.type("T2")), 0.3)
        inputs.append(np.array(scales, np.float32))
    else:
        inputs += [None, int64s([dice.integer(1, 12) if axis in changed else shape[axis] for axis in chosen])]
        attributes["keep_aspect_ratio_policy"] = dice.choice(
            (None, None, "stretch", "not_larger", "not_smaller")) if axes is not None else None
    # onnx.reference lets small integers overflow.
    widen = {name: "int64" for name in INTEGERS} if inputs[0].dtype.kind in "iu" else True
    return Draw(inputs, attributes, widen=widen,
                tolerances={"float32": (1e-3, 1e-4), "float64": (1e-4, 1e-5)} | {name: (0, 1) for name in INTEGERS})


@draws("GridSample")
def grid_sample(dice, op):
    sizes = dice.spatial(2, 3)
    batch = dice.integer(1, 2)
    grid = dice.array((batch, *dice.integers(1, 5, len(sizes)), len(sizes)), dice.type("T2"), -1.3, 1.3)
    mode = dice.choice((None, "linear", "nearest", "cubic"))
    if len(sizes) > 2 and mode == "cubic":
        mode = "linear"
    x = dice.array((batch, dice.integer(1, 3), *sizes), dice.type("T1", but=NOT_MIXED if mode != "nearest" else ()))
    return Draw([x, grid],
                {"mode": mode,
                 "padding_mode": dice.choice((None, "zeros", "border", "reflection")),
                 "align_corners": dice.flag()},
                # onnx.reference finds places with float.
                tolerances={"float32": (1e-3, 1e-3), "float64": (1e-3, 1e-3)})


@draws("AffineGrid")
def affine_grid(dice, op):
    n, rank = dice.integer(1, 3), dice.integer(2, 3)
    return Draw([dice.array((n, rank, rank + 1), dice.type("T1")),
                 int64s([n, dice.integer(1, 3), *dice.integers(1, 5, rank)])],
                {"align_corners": dice.flag()})


@draws("Col2Im")
def col2im(dice, op):
    sizes = [dice.integer(3, 8) for _ in range(dice.integer(1, 3))]
    attributes = dice.window(sizes, 3)
    attributes.pop("auto_pad")
    block = attributes.pop("kernel_shape")
    rank = len(sizes)
    pads = attributes["pads"] or [0] * 2 * rank
    strides, dilations = attributes["strides"] or [1] * rank, attributes["dilations"] or [1] * rank
    count = np.prod([(sizes[i] + pads[i] + pads[i + rank] - (block[i] - 1) * dilations[i] - 1) // strides[i] + 1
                     for i in range(rank)])
    shape = (dice.integer(1, 2), dice.integer(1, 3) * int(np.prod(block)), int(count))
    return Draw([dice.array(shape, dice.type(but=("str", "bool"))), int64s(sizes), int64s(block)], attributes)


# What the references get wrong.

wrong("onnx", "Resize", reason="takes other neighbours where rounding makes a coordinate less than an integer",
      when=lambda draw, results: draw.attributes.get("coordinate_transformation_mode") == "half_pixel_symmetric")
wrong("ort", "Resize", reason="clamps antialiased int8 as if it were uint8",
      when=lambda draw, results: draw.attributes.get("antialias") and draw.inputs[0].dtype == np.int8)
wrong("onnx", "Resize", reason="lets elements outside count where antialiasing is to exclude them",
      when=lambda draw, results: draw.attributes.get("antialias") and draw.attributes.get("exclude_outside"))
