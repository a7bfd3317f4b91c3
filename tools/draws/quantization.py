"""Quantization."""
import functools

import ml_dtypes
import numpy as np
import onnxruntime
from onnx import TensorProto, helper

from draws import INTEGERS, NARROW, Draw, draws, dtype_named, element_kind, is_float, wrong


@draws("MatMulInteger")
def matmul_integer(dice, op):
    m, k, n = dice.integers(1, 20, 3)
    batch = dice.shape(0, 2, 4, empty=0)
    a, b = dice.type("T1"), dice.type("T2")
    return Draw([dice.array(batch + (m, k), a, special=1), dice.array(batch + (k, n), b, special=1),
                 dice.maybe(dice.array((), a)), dice.maybe(dice.array((n,) if dice.chance(0.3) else (), b))])


@draws("QLinearMatMul")
def qlinear_matmul(dice, op):
    m, k, n = dice.integers(1, 20, 3)
    batch = dice.shape(0, 2, 4, empty=0)
    a, b, y = (dice.type(constraint) for constraint in ("T1", "T2", "T3"))
    kind = dice.type("TS")
    def scale():
        return dice.array((), kind, 0.01, 0.1)
    if not any(is_float(name) for name in (a, b, y)):
        return Draw([dice.array(batch + (m, k), a, special=1), scale(), dice.array((), a),
                     dice.array(batch + (k, n), b, special=1), scale(), dice.array((), b), scale(), dice.array((), y)],
                    references=("ort", "onnx"))
    # The references have integers only. Floats have no zero points but 0.
    def zero(name):
        return np.zeros((), dtype_named(name)) if is_float(name) else dice.array((), name)
    inputs = [dice.array(batch + (m, k), a), scale(), zero(a), dice.array(batch + (k, n), b), scale(), zero(b),
              scale(), zero(y)]
    x, x_scale, x_zero, w, w_scale, w_zero, y_scale, y_zero = (value.astype(np.float64) for value in inputs)
    result = np.matmul(x - x_zero, w - w_zero) * (x_scale * w_scale / y_scale)
    info = (ml_dtypes.finfo if is_float(y) else np.iinfo)(dtype_named(y))
    result = np.clip(result if is_float(y) else np.rint(result) + y_zero, float(info.min), float(info.max))
    # Rounding may go to the next number.
    return Draw(inputs, told=[result.astype(dtype_named(y))],
                tolerances={name: (0, 1) for name in INTEGERS} | {name: (0.26, 1e-4) for name in NARROW})


@draws("QLinearConv")
def qlinear_conv(dice, op):
    sizes = dice.spatial()
    attributes = dice.window(sizes)
    group, inputs, outputs = dice.choice((1, 1, 2, 3)), dice.integer(1, 4), dice.integer(1, 5)
    attributes["group"] = group
    x_type, w_type = dice.choice((("uint8", "uint8"), ("uint8", "int8"), ("int8", "int8")))
    def scale(*shape):
        return dice.array(shape, "float32", 0.01, 0.1)
    channels = (group * outputs,) if w_type == "int8" and dice.chance() else ()
    return Draw([dice.array((dice.integer(1, 2), group * inputs, *sizes), x_type, special=1), scale(),
                 dice.array((), x_type),
                 dice.array((group * outputs, inputs, *attributes["kernel_shape"]), w_type, special=1),
                 scale(*channels), np.zeros(channels, w_type), scale(), dice.array((), x_type),
                 dice.maybe(dice.array((group * outputs,), "int32", -500, 500))], attributes,
                references=("ort", "onnx"))


@draws("QuantizeLinear", "DequantizeLinear")
def quantization(dice, op):
    shape, axis = dice.shape(1, 4), None
    kind = dice.choice(("tensor", "axis", "block"))
    scale_shape = ()
    attributes = {}
    if kind != "tensor":
        axis = dice.axis(len(shape))
        attributes["axis"] = axis
        scale_shape = (shape[axis],)
    if kind == "block":
        block = dice.integer(1, 4)
        scale_shape = tuple(-(-extent // block) if i == axis % len(shape) else extent for i, extent in enumerate(shape))
        attributes["block_size"] = block
    quantize = op == "QuantizeLinear"
    narrow, wide = dice.type("T3" if quantize else "T1"), dice.type("T2")
    scale = dice.array(scale_shape, wide, *((1, 4) if wide == "int32" else (0.05, 0.5)))
    zero = dice.array(scale_shape, "int8", 0, 1 if "int2" in narrow else 5).astype(dtype_named(narrow))
    if is_float(narrow) or narrow == "int32":
        zero = np.zeros_like(zero)
    given = dice.chance(0.8)
    if quantize:
        # The type of the scale, or this, is what divides; x may have another.
        precision = dice.choice(("float32", "float16")) if wide in ("int32", "float8_e8m0fnu") else None
        if not given:
            attributes["output_dtype"] = element_kind(narrow)
        attributes |= {"saturate": dice.flag() if narrow in NARROW[:4] else None,
                       "precision": element_kind(precision) if precision else None}
        x = dice.array(shape, dice.type("T1") if dice.chance(0.3) or wide in ("int32", "float8_e8m0fnu") else wide)
        # numpy divides different types as it likes.
        mixed = {}
        if x.dtype != scale.dtype:
            mixed = {name: (0, 1) for name in (*INTEGERS, "int4", "uint4")} | {name: (0.5, 0.5) for name in NARROW}
        return Draw([x, scale, zero if given else None], attributes, widen=False, tolerances=mixed)
    x = dice.array(shape, "int8", 0, 1 if "int2" in narrow else 7).astype(dtype_named(narrow))
    attributes["output_dtype"] = element_kind(dice.type("T3")) if dice.chance(0.3) or wide == "float8_e8m0fnu" else None
    return Draw([x, scale, zero if given else None], attributes, widen=False)


@draws("DynamicQuantizeLinear")
def dynamic_quantization(dice, op):
    return Draw([dice.array(dice.shape(1, empty=0), "float32")], outputs=(True, True, True))


wrong("onnx", "QLinearConv", reason="takes zero points of channels for another axis",
      when=lambda draw, results: draw.inputs[5].ndim > 0)


@functools.cache
def saturates():
    """Whether ONNX Runtime adds pairs of products in 16 bits, as it does on processors without dot products of bytes."""
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["a", "b"], ["y"])], "probe",
        [helper.make_tensor_value_info("a", TensorProto.UINT8, (8, 64)),
         helper.make_tensor_value_info("b", TensorProto.INT8, (64, 32))],
        [helper.make_tensor_value_info("y", TensorProto.INT32, (8, 32))])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    a, b = np.full((8, 64), 255, np.uint8), np.full((64, 32), 127, np.int8)
    return bool((session.run(None, {"a": a, "b": b})[0] != 64 * 255 * 127).any())


def mixes_bytes(draw):
    """Whether bytes with and without sign are multiplied."""
    kinds = {value.dtype.name for value in draw.inputs if value is not None}
    return {"int8", "uint8"} <= kinds


wrong("ort", "ConvInteger", "MatMulInteger", "QLinearConv", "QLinearMatMul",
      reason="sums of two products of bytes saturate at 16 bits on this processor",
      when=lambda draw, results: mixes_bytes(draw) and saturates())
