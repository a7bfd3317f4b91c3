"""Reductions, scans along an axis, order."""
import numpy as np

from draws import Draw, draws, int64s, is_float, wrong


@draws("ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd",
       "ReduceSum", "ReduceSumSquare")
def reduction(dice, op):
    dtype = dice.type()
    # Integers have no mean of nothing.
    shape = dice.shape(empty=0 if op == "ReduceMean" and not is_float(dtype) else 0.08)
    limits = (0.5, 1.5) if op in ("ReduceLogSum", "ReduceProd") and is_float(dtype) else (None, None)
    axes = dice.maybe(int64s(dice.axes(len(shape))), 0.75)
    # What becomes of squares and sums too large for integers is not defined.
    small = op in ("ReduceL2", "ReduceSumSquare", "ReduceMean") and not is_float(dtype)
    x = dice.array(shape, dtype, *limits, special=0 if limits[0] or small else 0.1)
    return Draw([x, axes], {"keepdims": dice.flag(), "noop_with_empty_axes": dice.flag()},
                tolerances={"float16": (1e-2, 1e-2), "bfloat16": (3e-2, 3e-2)})


@draws("ArgMax", "ArgMin")
def argument(dice, op):
    shape, dtype = dice.shape(1), dice.type()
    axis = dice.axis(len(shape))
    return Draw([dice.array(shape, dtype, special=0.1)],
                {"axis": dice.maybe(axis, 0.9), "keepdims": dice.flag(), "select_last_index": dice.flag()})


@draws("CumSum", "CumProd")
def cumulative(dice, op):
    shape, dtype = dice.shape(1), dice.type()
    limits = (0.5, 1.5) if op == "CumProd" and is_float(dtype) else (None, None)
    axis = dice.axis(len(shape))
    return Draw([dice.array(shape, dtype, *limits, special=0 if limits[0] else 0.1),
                 np.array(axis if op == "CumProd" or dice.chance() else [axis], dtype=dice.type("T2"))],
                {"exclusive": dice.flag(), "reverse": dice.flag()},
                tolerances={"float16": (2e-2, 2e-2), "bfloat16": (1e-1, 1e-1)})


@draws("Softmax", "LogSoftmax", "Hardmax")
def softmax(dice, op):
    shape = dice.shape(1)
    x = dice.array(shape, dice.type())
    if dice.chance(0.1):
        x = np.where(dice.array(shape, "bool"), x, -np.inf).astype(x.dtype)
    return Draw([x], {"axis": dice.maybe(dice.axis(len(shape)))},
                tolerances={"float16": (1e-2, 2e-3), "bfloat16": (3e-2, 1e-2)})


@draws("TopK")
def top(dice, op):
    shape, dtype = dice.shape(1), dice.type()
    axis = dice.axis(len(shape))
    return Draw([dice.array(shape, dtype, *dice.choice(((None, None), (0, 3)))),
                 int64s([dice.integer(0, shape[axis])])],
                {"axis": axis if axis != -1 else dice.maybe(axis), "largest": dice.flag(), "sorted": dice.maybe(1)},
                outputs=(True, True))


@draws("Unique")
def unique(dice, op):
    shape, dtype = dice.shape(0, 4), dice.type()
    x = dice.array(shape, dtype, *dice.choice(((None, None), (0, 1))))
    outputs = (True, *(dice.chance(0.7) for _ in range(3)))
    return Draw([x], {"axis": dice.maybe(dice.axis(len(shape))) if shape else None, "sorted": dice.flag()}, outputs,
                # ONNX Runtime crashes on slices of nothing.
                references=("onnx", "ort") if x.size else ("onnx",))


# What the references get wrong.

wrong("onnx", "Unique", reason="takes unsorted subtensors along the first axis",
      when=lambda draw, results: draw.attributes.get("sorted") == 0
      and (draw.attributes.get("axis", 0) != 0 or not draw.inputs[0].size))
wrong("onnx", "ReduceSumSquare", "ReduceSum", "ReduceProd", "ReduceL1", reason="widens integers",
      when=lambda draw, results: results[0].dtype != draw.inputs[0].dtype)
wrong("ort", "ArgMax", "ArgMin", reason="finds a place where there are no elements",
      when=lambda draw, results: draw.inputs[0].size == 0)
wrong("onnx", "ReduceLogSumExp", reason="subtracts infinity from infinity",
      when=lambda draw, results: np.isinf(draw.inputs[0]).any())
wrong("ort", "ReduceLogSumExp", reason="forgets NaN beside infinity",
      when=lambda draw, results: np.isinf(draw.inputs[0]).any() and np.isnan(draw.inputs[0]).any())
