"""Random nodes that are valid for their operators: for each operator a function that draws one with given dice.

A module for each family of operators, named as the folder of Sources/Operators/Catalogue that has them.
"""
import dataclasses
import functools
import importlib
import pkgutil
from typing import Callable

import ml_dtypes
import numpy as np
import onnx

# Relative and absolute tolerance by element type; what is not listed must be equal.
TOLERANCES = {
    "float64": (1e-6, 1e-7),
    "float32": (1e-4, 1e-5),
    "float16": (4e-3, 1e-3),
    "bfloat16": (2e-2, 1e-2),
    "complex64": (1e-4, 1e-5),
    "complex128": (1e-6, 1e-7),
}

INTEGERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
# The floats too narrow to compute with.
NARROW = ("float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz", "float8_e8m0fnu", "float4_e2m1fn",
          "float6_e2m3fn", "float6_e3m2fn")
# The names that ONNX's type strings use where they are not numpy's.
NUMPY_NAMES = {"float": "float32", "double": "float64", "string": "str", "float8e4m3fn": "float8_e4m3fn",
               "float8e4m3fnuz": "float8_e4m3fnuz", "float8e5m2": "float8_e5m2", "float8e5m2fnuz": "float8_e5m2fnuz",
               "float8e8m0": "float8_e8m0fnu", "float4e2m1": "float4_e2m1fn", "float6e2m3": "float6_e2m3fn",
               "float6e3m2": "float6_e3m2fn"}
ONNX_NAMES = {name: onnx_name for onnx_name, name in NUMPY_NAMES.items()}


def dtype_named(name):
    return np.dtype(object) if name == "str" else np.dtype(getattr(ml_dtypes, name, name))


def element_kind(name):
    """ONNX's number for a type."""
    return onnx.TensorProto.STRING if name == "str" else onnx.helper.np_dtype_to_tensor_dtype(dtype_named(name))


def name_of(dtype):
    """The name, as these modules use it, of a numpy type."""
    return "str" if dtype.kind in "OSU" else dtype.name


def element_of(text):
    """The element type in one of ONNX's type strings."""
    name = text.rsplit("(", 1)[-1].rstrip(")")
    return NUMPY_NAMES.get(name, name)


def type_named(text):
    """The type that one of ONNX's type strings for tensors, sequences and optionals says."""
    if text.startswith("seq("):
        return onnx.helper.make_sequence_type_proto(type_named(text[4:-1]))
    if text.startswith("optional("):
        return onnx.helper.make_optional_type_proto(type_named(text[9:-1]))
    return onnx.helper.make_tensor_type_proto(element_kind(element_of(text)), None)


def is_float(name):
    return "float" in name


def is_signed(name):
    return not name.startswith("u")


@dataclasses.dataclass
class Draw:
    """A node: its inputs (arrays, lists for sequences, dictionaries for maps, None for one left out), its attributes,
    and which of its outputs it has.

    An attribute may be a function of the prefix of the node's names: a body, which finds the values of `captured`
    under the names prefix + "c0", prefix + "c1" and so on.
    """
    inputs: list
    attributes: dict = dataclasses.field(default_factory=dict)
    outputs: tuple = (True,)
    # Who tells what the node must give, in the order to ask: onnx.reference and ONNX Runtime.
    references: tuple = ("onnx", "ort")
    # Whether they may be asked for the same node on wider types; before the node itself for floats of 16 bits, or when
    # this says for each type which one to ask for.
    widen: bool | dict = True
    tolerances: dict = dataclasses.field(default_factory=dict)
    captured: list = dataclasses.field(default_factory=list)
    # Whether the sign of zeros counts.
    zeros: bool = False
    # The types of inputs and outputs that their values do not tell, by position.
    types: dict = dataclasses.field(default_factory=dict)
    result_types: dict = dataclasses.field(default_factory=dict)
    # What the node must give, where the draw knows it.
    told: list | None = None
    # Where nobody can tell the results: a function of them that says what is wrong, or None.
    check: Callable | None = None

    def __post_init__(self):
        self.inputs = [value if value is None or isinstance(value, (list, dict)) else np.asarray(value)
                       for value in self.inputs]
        self.attributes = {key: value for key, value in self.attributes.items() if value is not None}

    def asked(self):
        """Pairs of a reference and whether to ask it for wider types, in order."""
        half = any(getattr(value, "dtype", None) in (np.float16, ml_dtypes.bfloat16) for value in self.inputs)
        first = half or isinstance(self.widen, dict)
        order = (False,) if not self.widen else (True, False) if first else (False, True)
        return [(reference, wide) for wide in order for reference in self.references]


@functools.cache
def schema(op):
    """The schema of the newest version of an operator, named with its domain."""
    domain, _, name = op.rpartition(".")
    return onnx.defs.get_schema(name, domain=domain)


@functools.cache
def types_allowed(op, constraint, form=""):
    """The element types that a type constraint of an operator allows, as far as Onramp supports them; only of tensors,
    sequences ... where `form` says so with the start of ONNX's type strings."""
    for parameter in schema(op).type_constraints:
        if parameter.type_param_str == constraint:
            names = [element_of(text) for text in parameter.allowed_type_strs if text.startswith(form)]
            missing = UNSUPPORTED.get(op, {}).get(constraint, ())
            return tuple(sorted({name for name in names if name not in missing}))
    raise KeyError(f"{op} has no type constraint {constraint}")


class Dice:
    """Random choices of the kinds that draws are made of."""

    def __init__(self, numbers, op, number):
        self.numbers = numbers
        self.op = op
        # The draw's number, by which all types have their turn, and how often one was asked for.
        self.number = number
        self.asked = 0

    def chance(self, probability=0.5):
        return bool(self.numbers.random() < probability)

    def integer(self, low, high):
        """An integer of low ... high."""
        return int(self.numbers.integers(low, high, endpoint=True))

    def integers(self, low, high, count):
        return [self.integer(low, high) for _ in range(count)]

    def choice(self, items):
        return items[self.integer(0, len(items) - 1)]

    def maybe(self, value, probability=0.5):
        """The value or None."""
        return value if self.chance(probability) else None

    def flag(self):
        """The value of an attribute that is 0, 1 or left out."""
        return self.choice((None, 0, 1))

    def real(self, low, high):
        """A number that a float holds."""
        return float(np.float32(self.numbers.uniform(low, high)))

    def type(self, constraint="T", but=(), form=""):
        """One of the element types that a type constraint of the operator allows; somewhat often float."""
        names = [name for name in types_allowed(self.op, constraint, form) if name not in but]
        self.asked += 1
        if self.chance():
            return names[(self.number + self.asked * (self.number // len(names))) % len(names)]
        return "float32" if "float32" in names and self.chance(0.3) else self.choice(names)

    def turn(self, constraint):
        """That one of the types of a type constraint whose turn it is, as ONNX's type string."""
        left_out = UNSUPPORTED.get(self.op, {}).get(constraint, ())
        texts = sorted(text for parameter in schema(self.op).type_constraints
                       if parameter.type_param_str == constraint for text in parameter.allowed_type_strs
                       if element_of(text) not in left_out)
        return texts[self.number % len(texts)]

    def shape(self, least=0, most=6, extent=9, empty=0.08):
        """A shape of limited size; some shapes have an extent of 0."""
        rank = self.integer(least, most)
        shape = [1 if self.chance(0.2) else self.integer(2, extent) for _ in range(rank)]
        while np.prod(shape) > 4000:
            shape[int(np.argmax(shape))] //= 2
        if shape and self.chance(empty):
            shape[self.integer(0, rank - 1)] = 0
        return tuple(shape)

    def spatial(self, least=1, most=3):
        return [self.integer(1, 11) for _ in range(self.integer(least, most))]

    def broadcast(self, shape):
        """A shape that broadcasts to another."""
        kept = shape[self.integer(0, len(shape)) if self.chance(0.3) else 0:]
        return tuple(1 if self.chance(0.25) else extent for extent in kept)

    def axis(self, rank):
        """One of a tensor's axes, counted from either end."""
        return self.integer(-rank, rank - 1)

    def axes(self, rank, least=0):
        """Different axes in any order, each counted from either end."""
        count = self.integer(min(least, rank), rank)
        chosen = self.numbers.permutation(rank)[:count]
        return [int(axis) - (rank if self.chance() else 0) for axis in chosen]

    def array(self, shape, dtype="float32", low=None, high=None, special=0.0):
        """A tensor: floats from N(0, 2) or the given range, some of them special; integers small or any."""
        if dtype == "str":
            words = ["", "a", "B", "ab", "a b", "Ünï", "x,y", " z "]
            return np.array([self.choice(words) for _ in range(int(np.prod(shape)))], dtype=object).reshape(shape)
        if dtype == "bool":
            return np.asarray(self.numbers.random(shape) < 0.5)
        dtype = dtype_named(dtype)
        if "int" in dtype.name:
            info = ml_dtypes.iinfo(dtype)
            least, most = int(info.min), int(info.max)
            if low is None:
                low, high = (least, most) if special and self.chance(0.3) else (-9, 9)
            wide = np.uint64 if dtype.name == "uint64" else np.int64
            numbers = self.numbers.integers(max(low, least), min(high, most), shape, dtype=wide, endpoint=True)
            return np.asarray(numbers).astype(dtype)
        if low is None:
            values = self.numbers.normal(0, 2, shape)
        else:
            values = self.numbers.uniform(low, high, shape)
        values = np.asarray(values)
        if special and self.chance(special) and values.size and dtype.name not in NARROW[4:]:
            for value in (np.nan, np.inf, -np.inf, 0.0, -0.0):
                values.flat[self.integer(0, values.size - 1)] = value
        if dtype.kind == "c":
            values = np.asarray(values + 1j * self.numbers.normal(0, 2, shape))
        if dtype.name == "float8_e8m0fnu":  # powers of two
            values = np.asarray(np.abs(values) + 0.25)
        return values.astype(dtype)

    def value(self, text):
        """A value of one of ONNX's types for tensors, sequences and optionals."""
        if "seq(" in text:
            return [self.array(self.shape(0, 3), element_of(text)) for _ in range(self.integer(1, 4))]
        return self.array(self.shape(0, 4), element_of(text), special=0.1)

    def indices(self, shape, extent, dtype=None):
        """Positions along an axis, some of them counted from its end."""
        dtype = dtype or self.choice(("int64", "int64", "int32"))
        return self.numbers.integers(-extent, extent, shape, dtype=dtype)

    def window(self, sizes, most=4):
        """Attributes of a window that fits into each of the sizes: kernel, strides, dilations and padding."""
        rank = len(sizes)
        while True:
            kernel = self.integers(1, most, rank)
            dilations = self.integers(1, 3, rank) if self.chance(0.4) else [1] * rank
            strides = self.integers(1, 3, rank) if self.chance(0.6) else [1] * rank
            mode = self.choice((None, None, "pads", "pads", "SAME_UPPER", "SAME_LOWER", "VALID"))
            pads = [0] * 2 * rank
            if mode == "pads":
                pads = [self.integer(0, kernel[i % rank] - 1) for i in range(2 * rank)]
            reach = [(k - 1) * d + 1 for k, d in zip(kernel, dilations)]
            room = [size + pads[i] + pads[i + rank] for i, size in enumerate(sizes)]
            if all(r <= s for r, s in zip(reach, room)):
                break
        return {"kernel_shape": kernel, "strides": self.maybe(strides, 0.9) if strides == [1] * rank else strides,
                "dilations": dilations if dilations != [1] * rank or self.chance(0.1) else None,
                "pads": pads if mode == "pads" else None,
                "auto_pad": mode if mode != "pads" else self.choice((None, "NOTSET"))}


TABLE = {}
# What a reference gets wrong, by reference and operator: a test of the draw and its result, and the reason.
WRONG = {}
# Operators of the standard that have no draws, and why.
WITHOUT_DRAWS = {
    "Scatter": "deprecated; the newest operator set has ScatterElements",
    "Upsample": "deprecated; the newest operator set has Resize",
    "SimplifiedLayerNormalization": "ONNX Runtime's, not the standard's; tools/check-contrib compares it",
    "ai.onnx.preview.training.Gradient": "names other nodes of its graph, so that it cannot be drawn alone",
} | dict.fromkeys(
    ("Affine", "ConstantFill", "Crop", "DynamicSlice", "FC", "GRUUnit", "GivenTensorFill", "ImageScaler",
     "ParametricSoftplus", "Scale", "ScaledTanh"),
    "on trial in old operator sets, and in no reference; tools/old-opsets compares it with NumPy")
# Types that the standard allows and Onramp does not yet support, by operator and type constraint. They are not drawn.
UNSUPPORTED = {}


def draws(*ops):
    """Enters a function (dice, op) → Draw for operators."""
    def enter(function):
        for op in ops:
            TABLE[op] = function
        return function
    return enter


def wrong(reference, *ops, reason, when=lambda draw, results: True):
    for op in ops:
        WRONG.setdefault((reference, op), []).append((when, reason))


def int64s(values):
    return np.array(values, dtype=np.int64)


for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
