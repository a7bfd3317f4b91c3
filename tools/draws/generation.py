"""Tensors out of nothing."""
import numpy as np
import onnx

from draws import Draw, draws, dtype_named, element_kind, int64s, is_float


@draws("Constant")
def constant(dice, op):
    kind = dice.choice(("value", "value", "value", "sparse_value", "value_float", "value_floats", "value_int",
                        "value_ints", "value_string", "value_strings"))
    count = dice.integer(1, 5)
    if kind == "value":
        dtype = dice.type()
        return Draw([], {kind: onnx.numpy_helper.from_array(dice.array(dice.shape(), dtype, special=0.2))})
    if kind == "sparse_value":
        return sparse(dice)
    value = {"float": lambda: dice.real(-9, 9), "int": lambda: dice.integer(-2**63, 2**63 - 1),
             "string": lambda: dice.choice(("", "a", "Ünï", "a b"))}[kind.removeprefix("value_").removesuffix("s")]
    return Draw([], {kind: [value() for _ in range(count)] if kind.endswith("s") else value()})


def sparse(dice):
    """A constant of few elements that are not zero; their places are numbers or index tuples."""
    shape = dice.shape(1, 4, empty=0)
    dtype = dice.type(but=("str", "bool", "complex64", "complex128", "int2", "uint2", "int4", "uint4", "float4_e2m1fn",
                           "float8_e8m0fnu"))
    size = int(np.prod(shape))
    places = np.sort(dice.numbers.permutation(size)[:dice.integer(0, min(size, 5))]).astype(np.int64)
    elements = dice.array(places.shape, dtype, 1, 9)
    dense = np.zeros(shape, dtype_named(dtype))
    dense.flat[places] = elements
    if dice.chance():
        indices = places
    else:
        indices = np.stack(np.unravel_index(places, shape), axis=-1).astype(np.int64)
    value = onnx.helper.make_sparse_tensor(onnx.numpy_helper.from_array(elements, "elements"),
                                           onnx.numpy_helper.from_array(indices, "places"), list(shape))
    return Draw([], {"sparse_value": value}, told=[dense])


@draws("EyeLike")
def eye(dice, op):
    dtype = dice.type("T2")
    x = dice.array(dice.shape(2, 2), dice.type("T1"))
    return Draw([x], {"k": dice.maybe(dice.integer(-5, 5)), "dtype": dice.maybe(element_kind(dtype))})


@draws("ConstantOfShape")
def constant_of_shape(dice, op):
    value = onnx.numpy_helper.from_array(dice.array((1,), dice.type("T2")))
    return Draw([int64s(dice.shape())], {"value": dice.maybe(value, 0.9)})


@draws("Range")
def arithmetic_range(dice, op):
    dtype = dice.type()
    step = dice.choice((1, 2, 3, -1, -2, 0.5, 0.25) if is_float(dtype) else (1, 2, 3, -1, -2))
    return Draw([np.array(value, dtype_named(dtype)) for value in (dice.integer(-9, 9), dice.integer(-9, 9), step)])
