"""Sampling at computed places."""
import numpy as np
from onnx import defs, helper
from onnx.reference import ReferenceEvaluator

from draws import INTEGERS, Draw, draws, dtype_named, element_kind, is_signed, int64s, name_of, wrong


# What only the nearest element can stand for.
NOT_MIXED = ("str", "bool")


def evaluated(op, inputs, attributes):
    """What onnx.reference gives for one node."""
    given = {f"x{i}": value for i, value in enumerate(inputs) if value is not None}
    node = helper.make_node(op, [f"x{i}" if value is not None else "" for i, value in enumerate(inputs)], ["y"],
                            **{key: value for key, value in attributes.items() if value is not None})
    infos = [helper.make_tensor_value_info(name, element_kind(name_of(value.dtype)), value.shape)
             for name, value in given.items()]
    model = helper.make_model(helper.make_graph([node], op, infos, [helper.make_empty_tensor_value_info("y")]),
                              opset_imports=[helper.make_opsetid("", defs.onnx_opset_version())])
    return ReferenceEvaluator(model).run(None, given)[0]


def told(op, inputs, attributes):
    """What a node that samples elements must give where no reference can: told by what one gives for floats."""
    # Places that it finds with halves are others.
    x, *rest = (value if value is None or name_of(value.dtype) not in ("float16", "bfloat16")
                else value.astype(np.float64) for value in inputs)
    if name_of(x.dtype) in NOT_MIXED:  # the elements' places, from 1, are sampled in their stead
        outside = attributes.get("extrapolation_value") or 0
        numbers = np.arange(1, x.size + 1, dtype=np.float64).reshape(x.shape)
        places = evaluated(op, [numbers, *rest], attributes | ({"extrapolation_value": 0.0} if outside else {}))
        first = "" if x.dtype == object else bool(outside)
        return np.array([first, *x.flat], x.dtype)[places.astype(np.int64)]
    if x.dtype.kind == "c":
        inside = {"extrapolation_value": 0.0} if "extrapolation_value" in attributes else {}
        return np.asarray(evaluated(op, [x.real.astype(np.float64), *rest], attributes)
                          + 1j * evaluated(op, [x.imag.astype(np.float64), *rest], attributes | inside), x.dtype)
    if x.dtype.kind in "iu":
        info, y = np.iinfo(x.dtype), evaluated(op, [x.astype(np.float64), *rest], attributes)
        return np.clip(np.rint(y), info.min, info.max).astype(x.dtype)
    return None


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
    known = None
    if inputs[0].dtype.kind not in "iuf" and inputs[0].dtype.name != "bfloat16":
        if inputs[0].dtype == object:  # no number stands for a string
            attributes["extrapolation_value"] = None
        if attributes["coordinate_transformation_mode"] == "half_pixel_symmetric":  # see what is wrong below
            attributes["coordinate_transformation_mode"] = None
        if attributes["antialias"]:
            attributes["exclude_outside"] = None
        known = [told("Resize", inputs, attributes)]
    # onnx.reference lets small integers overflow.
    widen = {name: "int64" for name in INTEGERS} if inputs[0].dtype.kind in "iu" else True
    return Draw(inputs, attributes, widen=widen, told=known,
                tolerances={"float32": (1e-3, 1e-4), "float64": (1e-4, 1e-5), "complex64": (1e-3, 1e-4),
                            "complex128": (1e-4, 1e-5)} | {name: (0, 1) for name in INTEGERS})


@draws("GridSample")
def grid_sample(dice, op):
    sizes = dice.spatial(2, 3)
    batch = dice.integer(1, 2)
    grid = dice.array((batch, *dice.integers(1, 5, len(sizes)), len(sizes)), dice.type("T2"), -1.3, 1.3)
    mode = dice.choice((None, "linear", "nearest", "cubic"))
    if len(sizes) > 2 and mode == "cubic":
        mode = "linear"
    x = dice.array((batch, dice.integer(1, 3), *sizes), dice.type("T1", but=NOT_MIXED if mode != "nearest" else ()))
    attributes = {"mode": mode, "padding_mode": dice.choice((None, "zeros", "border", "reflection")),
                  "align_corners": dice.flag()}
    if 1 in sizes and attributes["padding_mode"] == "reflection":  # nothing lies between aligned corners
        attributes["align_corners"] = None
    # onnx.reference rounds weights to the type of the elements.
    known = None if x.dtype.kind == "f" or x.dtype.name == "bfloat16" else [told(op, [x, grid], attributes)]
    # onnx.reference finds places with float.
    near = {name: (1e-3, 1e-3) for name in ("float32", "float64", "complex64", "complex128")}
    return Draw([x, grid], attributes, told=known,
                tolerances=near | {name: (0, 1) for name in INTEGERS if mode != "nearest"})


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
