"""Random nodes that are valid for their operators: for each operator a function that draws one with given dice."""
import dataclasses

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

FLOATS = ("float32", "float32", "float64", "float16")
INTEGERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
NUMBERS = FLOATS + ("int32", "int64", "int8", "uint8")
ALL = NUMBERS + ("bool", "str", "int16", "uint64", "bfloat16")


@dataclasses.dataclass
class Draw:
    """A node: its inputs (arrays, lists of them for sequences, None for one left out), its attributes, and which of its
    outputs it has."""
    inputs: list
    attributes: dict = dataclasses.field(default_factory=dict)
    outputs: tuple = (True,)
    references: tuple = ("onnx", "ort")
    tolerances: dict = dataclasses.field(default_factory=dict)

    def __post_init__(self):
        self.inputs = [value if value is None or isinstance(value, list) else np.asarray(value)
                       for value in self.inputs]
        self.attributes = {key: value for key, value in self.attributes.items() if value is not None}


class Dice:
    """Random choices of the kinds that draws are made of."""

    def __init__(self, numbers):
        self.numbers = numbers

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

    def real(self, low, high):
        """A number that a float holds."""
        return float(np.float32(self.numbers.uniform(low, high)))

    def shape(self, least=0, most=6, extent=9, empty=0.08):
        """A shape of limited size; some shapes have an extent of 0."""
        rank = self.integer(least, most)
        shape = [1 if self.chance(0.2) else self.integer(2, extent) for _ in range(rank)]
        while np.prod(shape) > 4000:
            shape[int(np.argmax(shape))] //= 2
        if shape and self.chance(empty):
            shape[self.integer(0, rank - 1)] = 0
        return tuple(shape)

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
        """Elements of a type: floats from N(0, 2) or the given range, some of them special; integers small or any."""
        if dtype == "str":
            words = ["", "a", "B", "ab", "a b", "Ünï", "x,y", " z "]
            return np.array([self.choice(words) for _ in range(int(np.prod(shape)))], dtype=object).reshape(shape)
        if dtype == "bool":
            return self.numbers.random(shape) < 0.5
        dtype = np.dtype(getattr(ml_dtypes, dtype, dtype))
        if dtype.kind in "iu":
            info = np.iinfo(dtype)
            if low is None:
                low, high = (info.min, info.max) if special and self.chance(0.3) else (max(info.min, -9), 9)
            return self.numbers.integers(low, high, shape, dtype=dtype, endpoint=True)
        if low is None:
            values = self.numbers.normal(0, 2, shape)
        else:
            values = self.numbers.uniform(low, high, shape)
        values = np.asarray(values)
        if special and self.chance(special) and values.size:
            for value in (np.nan, np.inf, -np.inf, 0.0, -0.0):
                values.flat[self.integer(0, values.size - 1)] = value
        if dtype.kind == "c":
            values = values + 1j * self.numbers.normal(0, 2, shape)
        return values.astype(dtype)

    def indices(self, shape, extent, dtype=None):
        """Positions along an axis, some of them counted from its end."""
        dtype = dtype or self.choice(("int64", "int64", "int32"))
        return self.numbers.integers(-extent, extent, shape, dtype=dtype)


TABLE = {}
# What a reference gets wrong, by reference and operator: a test of the draw and its result, and the reason.
WRONG = {}


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


# ---- Element by element

UNARY_RANGES = {
    "Acos": (-1, 1), "Asin": (-1, 1), "Atanh": (-0.98, 0.98), "Acosh": (1, 9), "Log": (0.01, 9), "Sqrt": (0, 9),
    "Reciprocal": (0.1, 5), "Tan": (-1.4, 1.4), "Exp": (-6, 6), "Sinh": (-5, 5), "Cosh": (-5, 5),
}


@draws("Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Ceil", "Cos", "Cosh", "Erf", "Exp", "Floor", "HardSwish",
       "Log", "Mish", "Reciprocal", "Round", "Sigmoid", "Sin", "Sinh", "Softplus", "Softsign", "Sqrt", "Tan", "Tanh")
def unary_float(dice, op):
    special = 0 if op in UNARY_RANGES or op == "Mish" else 0.15
    x = dice.array(dice.shape(), dice.choice(FLOATS), *UNARY_RANGES.get(op, (None, None)), special=special)
    return Draw([x])


@draws("Abs", "Neg", "Sign", "Relu")
def unary_number(dice, op):
    types = FLOATS + ("int8", "int32", "int64", "int16") + (("uint8", "uint64") if op in ("Abs", "Sign") else ())
    return Draw([dice.array(dice.shape(), dice.choice(types), special=0.15)])


@draws("Identity")
def identity(dice, op):
    return Draw([dice.array(dice.shape(), dice.choice(ALL), special=0.2)])


@draws("Not")
def negation(dice, op):
    return Draw([dice.array(dice.shape(), "bool")])


@draws("IsNaN", "IsInf")
def is_special(dice, op):
    types = ("float32", "float64", "float16")
    flags = {key: dice.maybe(dice.integer(0, 1)) for key in ("detect_negative", "detect_positive")}
    return Draw([dice.array(dice.shape(), dice.choice(types), special=1)], flags if op == "IsInf" else {})


@draws("BitwiseNot")
def bitwise_not(dice, op):
    return Draw([dice.array(dice.shape(), dice.choice(INTEGERS), special=1)])


@draws("LeakyRelu", "Elu", "Celu", "ThresholdedRelu", "Selu", "HardSigmoid", "Shrink", "Swish")
def activation(dice, op):
    types = ("float32",) if op == "Celu" else FLOATS
    names = {"Selu": ("alpha", "gamma"), "HardSigmoid": ("alpha", "beta"), "Shrink": ("lambd", "bias")}
    attributes = {name: dice.maybe(dice.real(0.1, 2)) for name in names.get(op, ("alpha",))}
    return Draw([dice.array(dice.shape(), dice.choice(types))], attributes)


@draws("Gelu")
def gelu(dice, op):
    return Draw([dice.array(dice.shape(), dice.choice(FLOATS))],
                {"approximate": dice.choice((None, "none", "tanh"))})


@draws("Add", "Sub", "Mul", "Div", "Less", "Greater", "LessOrEqual", "GreaterOrEqual", "Equal", "Min", "Max")
def binary(dice, op):
    shape, dtype = dice.shape(), dice.choice(NUMBERS + ("int16", "uint16", "uint32", "uint64"))
    if op == "Equal" and dice.chance(0.2):
        dtype = dice.choice(("bool", "str"))
    x = dice.array(dice.broadcast(shape), dtype, special=0.15)
    y = dice.array(dice.broadcast(shape), dtype, special=0.15)
    if op == "Div" and y.dtype.kind in "iu":
        y = np.where(y == 0, 1, y).astype(y.dtype)
    return Draw([x, y])


@draws("Sum", "Mean")
def variadic(dice, op):
    shape, dtype = dice.shape(), dice.choice(FLOATS)
    return Draw([dice.array(dice.broadcast(shape), dtype) for _ in range(dice.integer(1, 4))])


@draws("Pow")
def power(dice, op):
    shape = dice.shape()
    a, b = dice.choice(("float32", "float64", "int32", "int64")), dice.choice(("float32", "float64", "int32", "int64"))
    x = dice.array(dice.broadcast(shape), a, 1 if "float" in a else -4, 4)
    y = dice.array(dice.broadcast(shape), b, 0, 3)
    return Draw([x, np.trunc(y).astype(y.dtype) if "int" in a else y])


@draws("Mod")
def modulo(dice, op):
    shape = dice.shape()
    dtype = dice.choice(NUMBERS)
    y = dice.array(dice.broadcast(shape), dtype, 1, 7)
    if y.dtype.kind in "if":
        y = np.where(dice.array(y.shape, "bool"), y, -y).astype(y.dtype)
    return Draw([dice.array(dice.broadcast(shape), dtype, 0 if "u" in dtype else -20, 20), y],
                {"fmod": 1 if "float" in dtype else dice.maybe(dice.integer(0, 1))})


@draws("PRelu")
def prelu(dice, op):
    shape, dtype = dice.shape(), dice.choice(FLOATS + ("int32", "int64"))
    return Draw([dice.array(shape, dtype), dice.array(dice.broadcast(shape), dtype)])


@draws("And", "Or", "Xor")
def logic(dice, op):
    shape = dice.shape()
    return Draw([dice.array(dice.broadcast(shape), "bool"), dice.array(dice.broadcast(shape), "bool")])


@draws("BitwiseAnd", "BitwiseOr", "BitwiseXor")
def bitwise(dice, op):
    shape, dtype = dice.shape(), dice.choice(INTEGERS)
    return Draw([dice.array(dice.broadcast(shape), dtype, special=1) for _ in range(2)])


@draws("BitShift")
def shift(dice, op):
    shape, dtype = dice.shape(), dice.choice(("uint8", "uint16", "uint32", "uint64"))
    return Draw([dice.array(dice.broadcast(shape), dtype, special=1), dice.array(dice.broadcast(shape), dtype, 0, 9)],
                {"direction": dice.choice(("LEFT", "RIGHT"))})


@draws("Where")
def where(dice, op):
    shape, dtype = dice.shape(), dice.choice(ALL)
    return Draw([dice.array(dice.broadcast(shape), "bool"),
                 dice.array(dice.broadcast(shape), dtype), dice.array(dice.broadcast(shape), dtype)])


@draws("Clip")
def clip(dice, op):
    dtype = dice.choice(NUMBERS)
    return Draw([dice.array(dice.shape(), dtype), dice.maybe(dice.array((), dtype, 0, 2)),
                 dice.maybe(dice.array((), dtype, 1, 4))])


@draws("Cast", "CastLike")
def cast(dice, op):
    source = dice.choice(FLOATS + INTEGERS + ("bool", "bfloat16"))
    target = dice.choice(FLOATS + INTEGERS + ("bool", "bfloat16", "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz",
                                              "float8_e5m2fnuz", "int4", "uint4", "float4_e2m1fn"))
    x = dice.array(dice.shape(), source, *((0, 100) if "float" in source and "u" in target else (None, None)))
    if op == "CastLike":
        return Draw([x, dice.array((), "float32").astype(getattr(ml_dtypes, target, target))])
    kind = onnx.helper.np_dtype_to_tensor_dtype(np.dtype(getattr(ml_dtypes, target, target)))
    return Draw([x], {"to": kind, "saturate": dice.maybe(dice.integer(0, 1)) if "float8" in target else None})


@draws("BitCast")
def bit_cast(dice, op):
    source, targets = dice.choice((("float32", ("int32", "uint32")), ("int64", ("float64", "uint64")),
                                   ("float16", ("int16", "uint16", "bfloat16")), ("uint8", ("int8",))))
    target = dice.choice(targets)
    kind = onnx.helper.np_dtype_to_tensor_dtype(np.dtype(getattr(ml_dtypes, target, target)))
    return Draw([dice.array(dice.shape(), source)], {"to": kind})


# ---- Reductions

@draws("ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd",
       "ReduceSum", "ReduceSumSquare")
def reduction(dice, op):
    shape = dice.shape()
    types = FLOATS
    if op not in ("ReduceMean", "ReduceLogSum", "ReduceLogSumExp", "ReduceL2"):
        types += ("int32", "int64")
    if op in ("ReduceMax", "ReduceMin"):
        types += ("int8", "uint8", "bool")
    dtype = dice.choice(types)
    limits = (0.5, 1.5) if op in ("ReduceLogSum", "ReduceProd") and "float" in dtype else (None, None)
    axes = dice.maybe(int64s(dice.axes(len(shape))), 0.75)
    x = dice.array(shape, dtype, *limits, special=0 if limits[0] else 0.1)
    return Draw([x, axes],
                {"keepdims": dice.maybe(dice.integer(0, 1)), "noop_with_empty_axes": dice.maybe(dice.integer(0, 1))},
                tolerances={"float16": (2e-2, 1e-1)})


@draws("ArgMax", "ArgMin")
def argument(dice, op):
    shape = dice.shape(1)
    dtype = dice.choice(FLOATS + ("int32", "int64", "int8", "uint8"))
    axis = dice.axis(len(shape))
    x = dice.array(shape, dtype)
    if dice.chance(0.1) and x.dtype.kind == "f" and x.size:
        x.flat[dice.integer(0, x.size - 1)] = dice.choice((np.inf, -np.inf, np.nan))
    return Draw([x],
                {"axis": axis, "keepdims": dice.maybe(dice.integer(0, 1)),
                 "select_last_index": dice.maybe(dice.integer(0, 1))})


@draws("CumSum", "CumProd")
def cumulative(dice, op):
    shape = dice.shape(1)
    dtype = dice.choice(("float32", "float64", "int32", "int64"))
    limits = (0.5, 1.5) if op == "CumProd" and "float" in dtype else (None, None)
    return Draw([dice.array(shape, dtype, *limits),
                 np.array(dice.axis(len(shape)), dtype=dice.choice(("int32", "int64")))],
                {"exclusive": dice.maybe(dice.integer(0, 1)), "reverse": dice.maybe(dice.integer(0, 1))})


@draws("Softmax", "LogSoftmax", "Hardmax")
def softmax(dice, op):
    shape = dice.shape(1)
    x = dice.array(shape, dice.choice(FLOATS))
    if dice.chance(0.1):
        x = np.where(dice.array(shape, "bool"), x, -np.inf).astype(x.dtype)
    return Draw([x], {"axis": dice.maybe(dice.axis(len(shape)))}, tolerances={"float16": (2e-2, 4e-3)})


@draws("TopK")
def top(dice, op):
    shape = dice.shape(1, empty=0)
    axis = dice.axis(len(shape))
    x = dice.array(shape, dice.choice(("float32", "float64", "float16", "int32", "int64")))
    return Draw([x, int64s([dice.integer(0, shape[axis])])], {"axis": axis, "largest": dice.maybe(dice.integer(0, 1))},
                outputs=(True, True))


@draws("Unique")
def unique(dice, op):
    shape = dice.shape(1, 4, empty=0)
    x = dice.array(shape, dice.choice(("float32", "int64", "int8", "str")), *dice.choice(((None, None), (0, 1))))
    outputs = (True, *(dice.chance(0.7) for _ in range(3)))
    return Draw([x], {"axis": dice.maybe(dice.axis(len(shape))), "sorted": dice.maybe(dice.integer(0, 1))}, outputs)


# ---- Shapes and movement

@draws("Shape")
def shape_of(dice, op):
    return Draw([dice.array(dice.shape(), dice.choice(ALL))],
                {"start": dice.maybe(dice.integer(-8, 8)), "end": dice.maybe(dice.integer(-8, 8))})


@draws("Size")
def size_of(dice, op):
    return Draw([dice.array(dice.shape(), dice.choice(ALL))])


@draws("Transpose")
def transpose(dice, op):
    shape = dice.shape()
    return Draw([dice.array(shape, dice.choice(ALL))],
                {"perm": dice.maybe([int(axis) for axis in dice.numbers.permutation(len(shape))] or None, 0.8)})


@draws("Reshape")
def reshape(dice, op):
    shape = dice.shape()
    target = list(shape) if dice.chance(0.3) else [int(np.prod(shape))]
    for _ in range(dice.integer(0, 3)):
        at = dice.integer(0, len(target))
        factors = [f for f in (2, 3, 5, 7) if target and target[at - 1] % f == 0]
        if factors and dice.chance(0.7):
            factor = dice.choice(factors)
            target[at - 1] //= factor
            target.insert(at, factor)
        else:
            target.insert(at, 1)
    allow = dice.maybe(dice.integer(0, 1))
    if not allow:
        if np.prod(shape) == 0:
            target = list(shape) + [1] * dice.integer(0, 2)
        for i in range(min(len(target), len(shape))):
            if target[i] == shape[i] and dice.chance(0.2):
                target[i] = 0
    if target and np.prod(shape) and dice.chance(0.4):
        target[dice.integer(0, len(target) - 1)] = -1
    return Draw([dice.array(shape, dice.choice(ALL)), int64s(target)], {"allowzero": allow})


@draws("Flatten")
def flatten(dice, op):
    shape = dice.shape(1)
    return Draw([dice.array(shape, dice.choice(ALL))], {"axis": dice.maybe(dice.integer(-len(shape), len(shape)))})


@draws("Squeeze")
def squeeze(dice, op):
    shape = dice.shape()
    ones = [i for i, extent in enumerate(shape) if extent == 1]
    axes = [i - (len(shape) if dice.chance() else 0) for i in ones if dice.chance(0.7)]
    return Draw([dice.array(shape, dice.choice(ALL)), int64s(axes) if axes or dice.chance() else None])


@draws("Unsqueeze")
def unsqueeze(dice, op):
    shape = dice.shape(0, 4)
    rank = len(shape) + dice.integer(0, 3)
    axes = [int(axis) - (rank if dice.chance() else 0) for axis in dice.numbers.permutation(rank)[:rank - len(shape)]]
    return Draw([dice.array(shape, dice.choice(ALL)), int64s(axes)])


@draws("Expand")
def expand(dice, op):
    shape = dice.shape()
    target = dice.broadcast(shape) if dice.chance(0.3) else shape
    return Draw([dice.array(dice.broadcast(shape), dice.choice(ALL)), int64s(target)])


@draws("Tile")
def tile(dice, op):
    shape = dice.shape(0, 5, extent=4)
    repeats = int64s([dice.integer(0 if dice.chance(0.1) else 1, 3) for _ in shape])
    return Draw([dice.array(shape, dice.choice(ALL)), repeats])


@draws("Slice")
def slices(dice, op):
    shape, kind = dice.shape(1), dice.choice(("int64", "int32"))
    axes = dice.axes(len(shape), 1) if dice.chance(0.8) else None
    count = len(axes) if axes is not None else dice.integer(1, len(shape))
    def bound():
        return dice.choice((-2**31, 2**31 - 1)) if dice.chance(0.2) else dice.integer(-11, 11)
    starts, ends = ([bound() for _ in range(count)] for _ in range(2))
    steps = [dice.choice((1, 1, 2, 3, -1, -2, -5)) for _ in range(count)]
    if axes is None and count < len(shape):
        axes = list(range(count))
    return Draw([dice.array(shape, dice.choice(ALL)), np.array(starts, kind), np.array(ends, kind),
                 None if axes is None else np.array(axes, kind), dice.maybe(np.array(steps, kind), 0.7)])


@draws("Split")
def split(dice, op):
    shape = dice.shape(1)
    axis = dice.axis(len(shape))
    count = dice.integer(1, max(1, min(4, shape[axis])))
    x = dice.array(shape, dice.choice(ALL))
    if dice.chance():
        return Draw([x], {"axis": axis, "num_outputs": count}, (True,) * count)
    cuts = sorted(dice.integers(0, shape[axis], count - 1))
    parts = np.diff([0, *cuts, shape[axis]])
    return Draw([x, int64s(parts)], {"axis": axis}, (True,) * count)


@draws("Concat")
def concat(dice, op):
    shape, dtype = dice.shape(1), dice.choice(ALL)
    axis = dice.axis(len(shape))
    inputs = []
    for _ in range(dice.integer(1, 4)):
        part = list(shape)
        part[axis] = dice.integer(0 if dice.chance(0.2) else 1, 5)
        inputs.append(dice.array(part, dtype))
    return Draw(inputs, {"axis": axis})


@draws("Gather")
def gather(dice, op):
    shape = dice.shape(1, 4, empty=0)
    axis = dice.axis(len(shape))
    return Draw([dice.array(shape, dice.choice(ALL)), dice.indices(dice.shape(0, 2, 4), shape[axis])], {"axis": axis})


@draws("GatherElements")
def gather_elements(dice, op):
    shape = dice.shape(1, 5, empty=0)
    axis = dice.axis(len(shape))
    sizes = [dice.integer(1, extent) for extent in shape]
    sizes[axis] = dice.integer(1, 6)
    return Draw([dice.array(shape, dice.choice(ALL)), dice.indices(sizes, shape[axis])], {"axis": axis})


def tuples(dice, shape, batch, prefix, last):
    """Index tuples of a shape's axes from `batch` on."""
    columns = [dice.numbers.integers(-extent, extent, prefix) for extent in shape[batch:batch + last]]
    return np.stack(columns, axis=-1).astype(np.int64)


@draws("GatherND")
def gather_nd(dice, op):
    shape = dice.shape(1, 5, empty=0)
    batch = dice.integer(0, len(shape) - 1) if dice.chance(0.4) else 0
    last = dice.integer(1, len(shape) - batch)
    prefix = shape[:batch] + dice.shape(0, 2, 3, empty=0)
    return Draw([dice.array(shape, dice.choice(ALL)), tuples(dice, shape, batch, prefix, last)],
                {"batch_dims": batch or None})


@draws("ScatterElements")
def scatter_elements(dice, op):
    shape = dice.shape(1, 5, empty=0)
    axis = dice.axis(len(shape))
    reduction_name = dice.choice((None, "none", "add", "mul", "min", "max"))
    dtype = dice.choice(("float32", "float64", "int64", "int32") if reduction_name else ALL)
    sizes = [dice.integer(1, extent) for extent in shape]
    if reduction_name in (None, "none"):  # without reduction no element may be named twice
        full = [shape[i] if i == axis % len(shape) else extent for i, extent in enumerate(sizes)]
        order = np.argsort(dice.numbers.random(full), axis=axis)
        indices = np.take(order, range(sizes[axis]), axis=axis)
    else:
        indices = dice.indices(sizes, shape[axis])
    return Draw([dice.array(shape, dtype), indices, dice.array(sizes, dtype)],
                {"axis": axis, "reduction": reduction_name})


@draws("ScatterND")
def scatter_nd(dice, op):
    shape = dice.shape(1, 4, empty=0)
    last = dice.integer(1, len(shape))
    reduction_name = dice.choice((None, "add", "mul", "min", "max"))
    dtype = dice.choice(("float32", "float64", "int64") if reduction_name else ALL)
    if reduction_name is None:
        spots = np.array(list(np.ndindex(*shape[:last])), dtype=np.int64)
        indices = dice.numbers.permutation(spots)[:dice.integer(1, len(spots))]
    else:
        indices = tuples(dice, shape, 0, dice.shape(1, 2, 4, empty=0), last)
    return Draw([dice.array(shape, dtype), indices, dice.array(indices.shape[:-1] + shape[last:], dtype)],
                {"reduction": reduction_name})


@draws("Pad")
def pad(dice, op):
    mode = dice.choice((None, "constant", "edge", "reflect", "wrap"))
    shape = dice.shape(1, 5, extent=6, empty=0)
    if mode == "reflect":
        shape = tuple(max(extent, 2) for extent in shape)
    axes = dice.axes(len(shape), 1) if dice.chance(0.4) else None
    extents = [shape[axis] for axis in (range(len(shape)) if axes is None else axes)]
    lows, highs = ([dice.integer(0, extent - 1 if mode == "reflect" else extent if mode == "wrap" else 3)
                    for extent in extents] for _ in range(2))
    if mode in (None, "constant") and dice.chance(0.3):
        lows = [-dice.integer(0, extent // 2) for extent in extents]
    dtype = dice.choice(NUMBERS + ("bool",))
    value = dice.maybe(dice.array((), dtype)) if mode in (None, "constant") else None
    return Draw([dice.array(shape, dtype), int64s(lows + highs), value, None if axes is None else int64s(axes)],
                {"mode": mode})


@draws("DepthToSpace", "SpaceToDepth")
def blocks(dice, op):
    block = dice.integer(1, 3)
    n, c, h, w = dice.integer(1, 2), dice.integer(1, 3), dice.integer(1, 4), dice.integer(1, 4)
    dtype = dice.choice(FLOATS)
    if op == "SpaceToDepth":
        return Draw([dice.array((n, c, h * block, w * block), dtype)],
                    {"blocksize": block})
    return Draw([dice.array((n, c * block * block, h, w), dtype)],
                {"blocksize": block, "mode": dice.choice((None, "DCR", "CRD"))})


@draws("Trilu")
def triangle(dice, op):
    shape = dice.shape(2)
    return Draw([dice.array(shape, dice.choice(NUMBERS + ("bool",))), dice.maybe(np.array(dice.integer(-9, 9)))],
                {"upper": dice.maybe(dice.integer(0, 1))})


@draws("EyeLike")
def eye(dice, op):
    return Draw([dice.array(dice.shape(2, 2), dice.choice(NUMBERS))],
                {"k": dice.maybe(dice.integer(-5, 5)), "dtype": dice.choice((None, 1, 6, 7, 11))})


@draws("OneHot")
def one_hot(dice, op):
    shape = dice.shape(0, 3)
    depth = dice.integer(1, 7)
    indices = dice.array(shape, dice.choice(("int64", "int32", "float32")), -depth, depth)
    indices = np.trunc(indices).astype(indices.dtype)
    return Draw([indices, np.array(depth if dice.chance() else [depth], dice.choice(("int64", "int32", "float32"))),
                 dice.array((2,), dice.choice(NUMBERS))],
                {"axis": dice.maybe(dice.integer(-len(shape) - 1, len(shape)))}, references=("ort", "onnx"))


@draws("ConstantOfShape")
def constant_of_shape(dice, op):
    value = onnx.numpy_helper.from_array(dice.array((1,), dice.choice(NUMBERS + ("bool",))))
    return Draw([int64s(dice.shape())], {"value": dice.maybe(value, 0.8)})


@draws("Range")
def arithmetic_range(dice, op):
    dtype = dice.choice(("float32", "float64", "int32", "int64", "int16"))
    step = dice.choice((1, 2, 3, -1, -2, 0.5, 0.25) if "float" in dtype else (1, 2, 3, -1, -2))
    return Draw([np.array(value, dtype) for value in (dice.integer(-9, 9), dice.integer(-9, 9), step)])


@draws("ReverseSequence")
def reverse_sequence(dice, op):
    shape = dice.shape(2, 4, empty=0)
    time = dice.integer(0, 1)
    lengths = int64s(dice.integers(1, shape[time], shape[1 - time]))
    return Draw([dice.array(shape, dice.choice(ALL)), lengths], {"batch_axis": 1 - time, "time_axis": time})


@draws("Compress")
def compress(dice, op):
    shape = dice.shape(1)
    axis = dice.maybe(dice.axis(len(shape)))
    extent = int(np.prod(shape)) if axis is None else shape[axis]
    return Draw([dice.array(shape, dice.choice(ALL)), dice.array((dice.integer(0, extent),), "bool")], {"axis": axis})


@draws("NonZero")
def nonzero(dice, op):
    return Draw([dice.array(dice.shape(1), dice.choice(NUMBERS + ("bool",)), 0, 1)])


@draws("CenterCropPad")
def center_crop_pad(dice, op):
    shape = dice.shape(1, 4, empty=0)
    axes = dice.maybe(dice.axes(len(shape), 1))
    return Draw([dice.array(shape, dice.choice(FLOATS)),
                 int64s(dice.integers(1, 9, len(shape if axes is None else axes)))], {"axes": axes})


# ---- Products

@draws("MatMul")
def matmul(dice, op):
    dtype = dice.choice(FLOATS + ("int32", "int64"))
    m, k, n = (dice.integer(1, 70) if dice.chance(0.3) else dice.integer(0 if dice.chance(0.1) else 1, 9)
               for _ in range(3))
    batch = dice.shape(0, 3, 4)
    a = (k,) if dice.chance(0.1) else dice.broadcast(batch) + (m, k)
    b = (k,) if dice.chance(0.1) else dice.broadcast(batch) + (k, n)
    return Draw([dice.array(a, dtype), dice.array(b, dtype)], tolerances={"float16": (1e-2, 5e-2)})


@draws("Gemm")
def gemm(dice, op):
    dtype = dice.choice(FLOATS)
    m, k, n = (dice.integer(1, 70) if dice.chance(0.3) else dice.integer(1, 9) for _ in range(3))
    a, b = dice.chance(), dice.chance()
    return Draw([dice.array((k, m) if a else (m, k), dtype), dice.array((n, k) if b else (k, n), dtype),
                 dice.maybe(dice.array(dice.broadcast((m, n)), dtype))],
                {"transA": int(a) if a or dice.chance() else None, "transB": int(b) if b or dice.chance() else None,
                 "alpha": dice.maybe(dice.real(-2, 2)), "beta": dice.maybe(dice.real(-2, 2))},
                tolerances={"float16": (1e-2, 1e-1)})


@draws("Einsum")
def einsum(dice, op):
    equation, ranks = dice.choice((
        ("ij,jk->ik", "ij jk"), ("bij,bjk->bik", "bij bjk"), ("bhid,bhjd->bhij", "bhid bhjd"), ("ii->i", "ii"),
        ("ij->", "ij"), ("i,j->ij", "i j"), ("...ij,...jk->...ik", "xyij xyjk"), ("ij,kj,kl->il", "ij kj kl"),
        ("ij->ji", "ij"), ("bij,bij->b", "bij bij"), ("ij,ij", "ij ij"), ("ba", "ba"), ("iij->j", "iij"),
        ("abc,cd->abd", "abc cd"), ("b...i,b...i->b...", "bxyi bxyi"), ("i->", "i"), ("ij,i->j", "ij i")))
    extents = {}
    shapes = [tuple(extents.setdefault(c, dice.integer(0 if dice.chance(0.05) else 1, 6)) for c in rank)
              for rank in ranks.split()]
    dtype = dice.choice(("float32", "float64", "int64"))
    return Draw([dice.array(shape, dtype) for shape in shapes], {"equation": equation})


@draws("Det")
def determinant(dice, op):
    n = dice.integer(1, 5)
    return Draw([dice.array(dice.shape(0, 2, 4, empty=0) + (n, n), dice.choice(("float32", "float64")))],
                tolerances={"float32": (1e-3, 1e-3)})


@draws("MatMulInteger")
def matmul_integer(dice, op):
    m, k, n = dice.integers(1, 20, 3)
    batch = dice.shape(0, 2, 4, empty=0)
    a, b = dice.choice(("int8", "uint8")), dice.choice(("int8", "uint8"))
    return Draw([dice.array(batch + (m, k), a, special=1), dice.array(batch + (k, n), b, special=1),
                 dice.maybe(dice.array((), a)), dice.maybe(dice.array((n,) if dice.chance(0.3) else (), b))])


@draws("QLinearMatMul")
def qlinear_matmul(dice, op):
    m, k, n = dice.integers(1, 20, 3)
    batch = dice.shape(0, 2, 4, empty=0)
    a, b, y = (dice.choice(("int8", "uint8")) for _ in range(3))
    def scale():
        return np.array(dice.real(0.01, 0.1), np.float32)
    return Draw([dice.array(batch + (m, k), a, special=1), scale(), dice.array((), a),
                 dice.array(batch + (k, n), b, special=1), scale(), dice.array((), b), scale(), dice.array((), y)],
                references=("ort", "onnx"))


# ---- Windows

def window(dice, sizes, most=4):
    """Attributes of a window that fits into each of the sizes: kernel, strides, dilations and padding."""
    rank = len(sizes)
    while True:
        kernel = dice.integers(1, most, rank)
        dilations = dice.integers(1, 3, rank) if dice.chance(0.4) else [1] * rank
        strides = dice.integers(1, 3, rank) if dice.chance(0.6) else [1] * rank
        mode = dice.choice((None, None, "pads", "pads", "SAME_UPPER", "SAME_LOWER", "VALID"))
        pads = [dice.integer(0, kernel[i % rank] - 1) for i in range(2 * rank)] if mode == "pads" else [0] * 2 * rank
        reach = [(k - 1) * d + 1 for k, d in zip(kernel, dilations)]
        room = [size + pads[i] + pads[i + rank] for i, size in enumerate(sizes)]
        if all(r <= s for r, s in zip(reach, room)):
            break
    attributes = {"kernel_shape": kernel, "strides": dice.maybe(strides, 0.9) if strides == [1] * rank else strides,
                  "dilations": dilations if dilations != [1] * rank or dice.chance(0.1) else None,
                  "pads": pads if mode == "pads" else None,
                  "auto_pad": mode if mode != "pads" else dice.choice((None, "NOTSET"))}
    return attributes


def spatial(dice, least=1, most=3):
    return [dice.integer(1, 11) for _ in range(dice.integer(least, most))]


@draws("Conv", "ConvInteger")
def conv(dice, op):
    sizes = spatial(dice)
    attributes = window(dice, sizes)
    group = dice.choice((1, 1, 1, 2, 3))
    inputs, outputs = (dice.integer(1, 40), dice.integer(1, 40)) if dice.chance(0.2) else dice.integers(1, 7, 2)
    if dice.chance(0.2):
        group, inputs, outputs = dice.integer(1, 17), 1, 1  # depthwise
    x_shape = (dice.integer(1, 3), group * inputs, *sizes)
    w_shape = (group * outputs, inputs, *attributes["kernel_shape"])
    if dice.chance(0.3):
        del attributes["kernel_shape"]
    attributes["group"] = group if group > 1 else dice.maybe(1)
    if op == "ConvInteger":
        x_type, w_type = "uint8", dice.choice(("int8", "uint8"))
        return Draw([dice.array(x_shape, x_type, special=1), dice.array(w_shape, w_type, special=1),
                     dice.maybe(dice.array((), x_type)), dice.maybe(dice.array((), w_type))], attributes,
                    references=("ort", "onnx"))
    dtype = dice.choice(FLOATS)
    return Draw([dice.array(x_shape, dtype), dice.array(w_shape, dtype), dice.maybe(dice.array(w_shape[:1], dtype))],
                attributes, references=("ort", "onnx"), tolerances={"float16": (1e-2, 1e-1), "float32": (1e-4, 2e-4)})


@draws("ConvTranspose")
def conv_transpose(dice, op):
    sizes = [dice.integer(1, 6) for _ in range(dice.integer(1, 3))]
    rank = len(sizes)
    kernel, strides = dice.integers(1, 4, rank), dice.integers(1, 3, rank)
    dilations = dice.integers(1, 2, rank) if dice.chance(0.4) else [1] * rank
    group, inputs, outputs = dice.choice((1, 1, 2, 3)), dice.integer(1, 4), dice.integer(1, 4)
    attributes = {"kernel_shape": dice.maybe(kernel), "strides": strides, "dilations": dice.maybe(dilations, 0.9)
                  if dilations == [1] * rank else dilations, "group": group}
    if dice.chance(0.6):
        attributes["output_padding"] = [dice.integer(0, max(s, d) - 1) for s, d in zip(strides, dilations)]
    full = [(n - 1) * s + (k - 1) * d + 1 for n, s, k, d in zip(sizes, strides, kernel, dilations)]
    mode = dice.choice((None, "pads", "SAME_UPPER", "SAME_LOWER", "VALID"))
    if mode == "pads":
        lows = [dice.integer(0, (extent - 1) // 2) for extent in full]
        attributes["pads"] = lows + [dice.integer(0, (extent - 1) // 2) for extent in full]
    else:
        attributes["auto_pad"] = mode
        if mode and "SAME" in mode:
            attributes.pop("output_padding", None)
    dtype = dice.choice(("float32", "float32", "float16"))
    return Draw([dice.array((dice.integer(1, 2), group * inputs, *sizes), dtype),
                 dice.array((group * inputs, outputs, *kernel), dtype),
                 dice.maybe(dice.array((group * outputs,), dtype))], attributes, references=("ort", "onnx"),
                tolerances={"float16": (1e-2, 1e-1)})


@draws("MaxPool", "AveragePool", "LpPool")
def pool(dice, op):
    sizes = spatial(dice)
    attributes = window(dice, sizes)
    if not attributes["auto_pad"] or attributes["auto_pad"] == "NOTSET":
        attributes["ceil_mode"] = dice.maybe(dice.integer(0, 1))
    types = {"MaxPool": ("float32", "float64", "int8", "uint8", "float16")}.get(op, ("float32", "float16"))
    dtype = dice.choice(types)
    outputs = (True,)
    if op == "MaxPool":
        outputs = (True, dice.chance(0.4))
        attributes["storage_order"] = dice.maybe(dice.integer(0, 1)) if outputs[1] else None
    if op == "AveragePool":
        attributes["count_include_pad"] = dice.maybe(dice.integer(0, 1))
    if op == "LpPool":
        attributes["p"] = dice.maybe(dice.integer(1, 3))
    return Draw([dice.array((dice.integer(1, 3), dice.integer(1, 17), *sizes), dtype)], attributes, outputs,
                references=("ort", "onnx"))


@draws("MaxUnpool")
def max_unpool(dice, op):
    sizes = [dice.integer(1, 5) for _ in range(dice.integer(1, 3))]
    rank = len(sizes)
    kernel, strides = dice.integers(1, 3, rank), dice.integers(1, 3, rank)
    full = [(size - 1) * stride + extent for size, stride, extent in zip(sizes, strides, kernel)]
    x = dice.array((dice.integer(1, 2), dice.integer(1, 3), *sizes))
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
    return Draw([dice.array((n, dice.integer(1, 3), h, w)),
                 np.array([roi() for _ in range(dice.integer(1, 4))], np.float32)],
                {"pooled_shape": dice.integers(1, 4, 2)}, references=("ort",))


@draws("NonMaxSuppression")
def non_max_suppression(dice, op):
    batch, count, classes = dice.integer(1, 2), dice.integer(1, 9), dice.integer(1, 3)
    corners = dice.numbers.uniform(0, 4, (batch, count, 4))
    return Draw([corners.astype(np.float32), dice.array((batch, classes, count), "float32", 0, 1),
                 int64s([dice.integer(0, 5)]), np.array([dice.real(0, 0.7)], np.float32),
                 dice.maybe(np.array([dice.real(0, 0.7)], np.float32))],
                {"center_point_box": dice.maybe(dice.integer(0, 1))}, references=("ort", "onnx"))


@draws("QLinearConv")
def qlinear_conv(dice, op):
    sizes = spatial(dice)
    attributes = window(dice, sizes)
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


@draws("GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool")
def global_pool(dice, op):
    x = dice.array((dice.integer(1, 3), dice.integer(1, 9), *spatial(dice)), dice.choice(FLOATS))
    return Draw([x], {"p": dice.maybe(dice.integer(1, 3))} if op == "GlobalLpPool" else {}, references=("ort", "onnx"))


@draws("RoiAlign")
def roi_align(dice, op):
    n, h, w = dice.integer(1, 3), dice.integer(2, 9), dice.integer(2, 9)
    count = dice.integer(1, 4)
    corners = dice.numbers.uniform(0, max(h, w), (count, 4))
    rois = np.concatenate([np.minimum(corners[:, :2], corners[:, 2:]), np.maximum(corners[:, :2], corners[:, 2:])], 1)
    return Draw([dice.array((n, dice.integer(1, 3), h, w)), rois.astype(np.float32),
                 int64s(dice.integers(0, n - 1, count))],
                {"mode": dice.choice((None, "avg", "max")), "output_height": dice.maybe(dice.integer(1, 4)),
                 "output_width": dice.maybe(dice.integer(1, 4)), "sampling_ratio": dice.maybe(dice.integer(0, 3)),
                 "spatial_scale": dice.maybe(dice.real(0.5, 1)),
                 "coordinate_transformation_mode": dice.choice((None, "half_pixel", "output_half_pixel"))},
                references=("ort", "onnx"))


# ---- Normalization

@draws("BatchNormalization")
def batch_normalization(dice, op):
    shape, dtype = dice.shape(2, 5, empty=0), dice.choice(FLOATS)
    channels = (shape[1],)
    return Draw([dice.array(shape, dtype), dice.array(channels, dtype), dice.array(channels, dtype),
                 dice.array(channels, dtype), dice.array(channels, dtype, 0.2, 3)],
                {"epsilon": dice.maybe(dice.real(1e-5, 1e-2))}, tolerances={"float16": (1e-2, 1e-2)})


@draws("InstanceNormalization")
def instance_normalization(dice, op):
    shape, dtype = dice.shape(3, 5, empty=0), dice.choice(FLOATS)
    return Draw([dice.array(shape, dtype), dice.array(shape[1:2], dtype), dice.array(shape[1:2], dtype)],
                {"epsilon": dice.maybe(dice.real(1e-3, 1e-1))}, tolerances={"float16": (2e-2, 2e-2)})


@draws("GroupNormalization")
def group_normalization(dice, op):
    groups, each = dice.integer(1, 3), dice.integer(1, 3)
    channels, dtype = groups * each, dice.choice(FLOATS)
    return Draw([dice.array((dice.integer(1, 3), channels, *spatial(dice)), dtype), dice.array((channels,), dtype),
                 dice.array((channels,), dtype)],
                {"num_groups": groups, "epsilon": dice.maybe(dice.real(1e-3, 1e-1))},
                tolerances={"float16": (2e-2, 3e-2), "float64": (1e-5, 1e-6)})


@draws("LayerNormalization", "RMSNormalization")
def layer_normalization(dice, op):
    shape, dtype = dice.shape(1, 5, empty=0), dice.choice(FLOATS)
    axis = dice.axis(len(shape))
    scale = dice.array(dice.broadcast(shape[axis:]) if dice.chance(0.2) else shape[axis:], dtype)
    attributes = {"axis": axis, "epsilon": dice.maybe(dice.real(1e-3, 1e-1))}
    if op == "RMSNormalization":
        return Draw([dice.array(shape, dtype), scale], attributes, tolerances={"float16": (2e-2, 2e-2)})
    outputs = (True, dice.chance(0.3), dice.chance(0.3))
    # ONNX Runtime crashes on statistics of float16.
    return Draw([dice.array(shape, dtype), scale, dice.maybe(dice.array(shape[axis:], dtype))], attributes, outputs,
                references=("onnx",), tolerances={"float16": (2e-2, 2e-2)})


@draws("LRN")
def local_response(dice, op):
    return Draw([dice.array(dice.shape(4, 4, empty=0), dice.choice(("float32", "float64")))],
                {"size": dice.choice((1, 3, 5)), "alpha": dice.maybe(dice.real(0.01, 1)),
                 "beta": dice.maybe(dice.real(0.2, 1)), "bias": dice.maybe(dice.real(0.5, 2))},
                references=("ort", "onnx"))


@draws("LpNormalization")
def lp_normalization(dice, op):
    shape = dice.shape(1, 5, empty=0)
    return Draw([dice.array(shape, dice.choice(("float32", "float64")))],
                {"axis": dice.maybe(dice.axis(len(shape))), "p": dice.maybe(dice.integer(1, 2))},
                references=("ort", "onnx"))


@draws("MeanVarianceNormalization")
def mean_variance(dice, op):
    shape = dice.shape(4, 4, empty=0)
    return Draw([dice.array(shape, "float32")], {"axes": dice.maybe(dice.axes(4, 1))},
                tolerances={"float32": (1e-3, 1e-3)})


# ---- Quantization

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
    narrow = dice.choice(("int8", "uint8", "int16", "uint16", "int4", "uint4", "float8_e4m3fn"))
    wide = dice.choice(("float32", "float16"))
    scale = dice.array(scale_shape, wide, 0.05, 0.5)
    zero = dice.array(scale_shape, "int8", 0, 5).astype(getattr(ml_dtypes, narrow, narrow))
    if "float" in narrow:
        zero = np.zeros_like(zero)
    if op == "QuantizeLinear":
        return Draw([dice.array(shape, wide), scale, zero], attributes)
    x = dice.array(shape, "int8", 0, 7).astype(getattr(ml_dtypes, narrow, narrow))
    return Draw([x, scale, dice.maybe(zero)], attributes)


@draws("DynamicQuantizeLinear")
def dynamic_quantization(dice, op):
    return Draw([dice.array(dice.shape(1, empty=0), "float32")], outputs=(True, True, True))


# ---- Sequences in time

@draws("RNN", "GRU", "LSTM")
def recurrent(dice, op):
    gates = {"RNN": 1, "GRU": 3, "LSTM": 4}[op]
    steps, batch, size, hidden = dice.integer(1, 6), dice.integer(1, 4), dice.integer(1, 9), dice.integer(1, 9)
    direction = dice.choice((None, "forward", "reverse", "bidirectional"))
    ways = 2 if direction == "bidirectional" else 1
    dtype = "float32"
    def weights(*shape):
        return dice.array(shape, dtype, -0.8, 0.8)
    inputs = [weights(steps, batch, size), weights(ways, gates * hidden, size), weights(ways, gates * hidden, hidden),
              dice.maybe(weights(ways, 2 * gates * hidden)),
              dice.maybe(np.array(dice.integers(1, steps, batch), np.int32), 0.3),
              dice.maybe(weights(ways, batch, hidden))]
    attributes = {"hidden_size": hidden, "direction": direction, "clip": dice.maybe(dice.real(0.3, 2), 0.2)}
    if op == "GRU":
        attributes["linear_before_reset"] = dice.maybe(dice.integer(0, 1))
    if op == "LSTM":
        inputs += [dice.maybe(weights(ways, batch, hidden)), dice.maybe(weights(ways, 3 * hidden))]
        attributes["input_forget"] = dice.maybe(dice.integer(0, 1), 0.3)
    if dice.chance(0.3):
        count = {"RNN": 1, "GRU": 2, "LSTM": 3}[op] * ways
        attributes["activations"] = [dice.choice(("Tanh", "Sigmoid", "Relu", "Softsign")) for _ in range(count)]
    outputs = (True, dice.chance()) if op != "LSTM" else (True, dice.chance(), dice.chance())
    return Draw(inputs, attributes, outputs, references=("ort", "onnx"))


# ---- Sampling

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
                                                       "half_pixel_symmetric", "pytorch_half_pixel")),
        "nearest_mode": dice.choice((None, "floor", "ceil", "round_prefer_ceil", "round_prefer_floor"))
        if mode in (None, "nearest") else None,
        "cubic_coeff_a": dice.maybe(-0.5) if mode == "cubic" else None,
        "exclude_outside": dice.maybe(dice.integer(0, 1)) if mode == "cubic" else None,
        "antialias": dice.maybe(dice.integer(0, 1), 0.3) if mode in ("linear", "cubic") else None,
    }
    inputs = [dice.array(shape, dice.choice(("float32", "float32", "float64"))), None]
    axes = list(changed) if dice.chance(0.3) else None
    attributes["axes"] = axes
    chosen = axes if axes is not None else range(len(shape))
    if dice.chance():
        scales = [dice.choice((0.5, 2.0, 1.5, 0.6, 3.0, 1.0)) if axis in changed else 1.0 for axis in chosen]
        scales = [scale if int(shape[axis] * scale) else 1.0 for axis, scale in zip(chosen, scales)]
        inputs.append(np.array(scales, np.float32))
    else:
        inputs += [None, int64s([dice.integer(1, 12) if axis in changed else shape[axis] for axis in chosen])]
        attributes["keep_aspect_ratio_policy"] = dice.choice(
            (None, None, "stretch", "not_larger", "not_smaller")) if axes is not None else None
    return Draw(inputs, attributes, tolerances={"float32": (1e-3, 1e-4), "float64": (1e-4, 1e-5)})


@draws("GridSample")
def grid_sample(dice, op):
    sizes = spatial(dice, 2, 2)
    batch = dice.integer(1, 2)
    grid = dice.array((batch, *dice.integers(1, 5, len(sizes)), len(sizes)), "float32", -1.3, 1.3)
    return Draw([dice.array((batch, dice.integer(1, 3), *sizes)), grid],
                {"mode": dice.choice((None, "linear", "nearest", "cubic")),
                 "padding_mode": dice.choice((None, "zeros", "border", "reflection")),
                 "align_corners": dice.maybe(dice.integer(0, 1))}, tolerances={"float32": (1e-3, 1e-3)})


@draws("AffineGrid")
def affine_grid(dice, op):
    n, rank = dice.integer(1, 3), dice.integer(2, 3)
    return Draw([dice.array((n, rank, rank + 1)), int64s([n, dice.integer(1, 3), *dice.integers(1, 5, rank)])],
                {"align_corners": dice.maybe(dice.integer(0, 1))})


@draws("Col2Im")
def col2im(dice, op):
    sizes = [dice.integer(3, 8) for _ in range(dice.integer(1, 3))]
    attributes = window(dice, sizes, 3)
    attributes.pop("auto_pad")
    block = attributes.pop("kernel_shape")
    rank = len(sizes)
    pads = attributes["pads"] or [0] * 2 * rank
    strides, dilations = attributes["strides"] or [1] * rank, attributes["dilations"] or [1] * rank
    count = np.prod([(sizes[i] + pads[i] + pads[i + rank] - (block[i] - 1) * dilations[i] - 1) // strides[i] + 1
                     for i in range(rank)])
    return Draw([dice.array((dice.integer(1, 2), dice.integer(1, 3) * int(np.prod(block)), int(count))), int64s(sizes),
                 int64s(block)], attributes)


# ---- Attention

@draws("Attention")
def attention(dice, op):
    batch, kv_heads, repeat = dice.integer(1, 2), dice.integer(1, 3), dice.choice((1, 1, 2))
    heads = kv_heads * repeat
    q_length, length, past, size, v_size = (dice.integer(1, 7), dice.integer(1, 7), dice.integer(1, 4),
                                            dice.integer(1, 9), dice.integer(1, 9))
    flat, with_past = dice.chance(0.4), dice.chance(0.3)
    dtype = dice.choice(("float32", "float32", "float16"))
    def heads_of(count, steps, width):
        return dice.array((batch, steps, count * width) if flat else (batch, count, steps, width), dtype, -1, 1)
    inputs = [heads_of(heads, q_length, size), heads_of(kv_heads, length, size), heads_of(kv_heads, length, v_size)]
    total = length + (past if with_past else 0)
    mask = None
    if dice.chance():
        shape = dice.choice(((q_length, total), (batch, 1, q_length, total), (1, heads, q_length, total)))
        mask = dice.array(shape, dice.choice((dtype, "bool")))
        if mask.dtype == bool:
            mask[..., 0] = True
    inputs.append(mask)
    outputs = (True,)
    if with_past:
        inputs += [dice.array((batch, kv_heads, past, size), dtype, -1, 1),
                   dice.array((batch, kv_heads, past, v_size), dtype, -1, 1)]
        outputs = (True, True, True)
    attributes = {"is_causal": dice.maybe(dice.integer(0, 1)), "scale": dice.maybe(dice.real(0.1, 1)),
                  "softcap": dice.maybe(dice.real(1, 3), 0.3)}
    if flat:
        attributes |= {"q_num_heads": heads, "kv_num_heads": kv_heads}
    return Draw(inputs, attributes, outputs, tolerances={"float16": (1e-2, 1e-2)})


@draws("RotaryEmbedding")
def rotary_embedding(dice, op):
    batch, heads, steps, half = dice.integer(1, 2), dice.integer(1, 3), dice.integer(1, 5), dice.integer(1, 5)
    size, dtype = 2 * half, dice.choice(("float32", "float16"))
    rotated = 2 * dice.integer(1, half) if dice.chance(0.3) else None
    width = (rotated or size) // 2
    flat, positions = dice.chance(), dice.chance()
    cache = (11, width) if positions else (batch, steps, width)
    return Draw([dice.array((batch, steps, heads * size) if flat else (batch, heads, steps, size), dtype),
                 dice.array(cache, dtype, -1, 1), dice.array(cache, dtype, -1, 1),
                 int64s(dice.numbers.integers(0, 11, (batch, steps))) if positions else None],
                {"num_heads": heads if flat else None, "interleaved": dice.maybe(dice.integer(0, 1)),
                 "rotary_embedding_dim": rotated}, tolerances={"float16": (1e-2, 1e-2)})


@draws("TensorScatter")
def tensor_scatter(dice, op):
    shape, dtype = list(dice.shape(3, 4, empty=0)), dice.choice(FLOATS)
    axis = dice.integer(1, len(shape) - 1)
    update = shape.copy()
    update[axis] = dice.integer(1, shape[axis])
    mode = dice.choice((None, "linear", "circular"))
    last = shape[axis] - 1 if mode == "circular" else shape[axis] - update[axis]
    starts = int64s(dice.integers(0, last, shape[0]))
    return Draw([dice.array(shape, dtype), dice.array(update, dtype), dice.maybe(starts)],
                {"axis": axis - dice.choice((0, len(shape))), "mode": mode})


@draws("SwiGLU")
def gated_unit(dice, op):
    shape = dice.shape()
    dtype = dice.choice(FLOATS)
    return Draw([dice.array(shape, dtype), dice.array(shape, dtype)])


@draws("Dropout")
def dropout(dice, op):
    return Draw([dice.array(dice.shape(), dice.choice(FLOATS)), dice.maybe(np.array(dice.real(0, 0.9), np.float32))],
                outputs=(True, dice.chance()))


# ---- Sequences

@draws("SplitToSequence")
def split_to_sequence(dice, op):
    shape = dice.shape(1, 4, empty=0)
    axis = dice.axis(len(shape))
    lengths = None
    if dice.chance(0.4):
        lengths = np.array(dice.integer(1, shape[axis]))
    elif dice.chance(0.6):
        cuts = sorted(dice.integers(0, shape[axis], dice.integer(0, 2)))
        lengths = int64s(np.diff([0, *cuts, shape[axis]]))
    return Draw([dice.array(shape, dice.choice(NUMBERS)), lengths],
                {"axis": axis, "keepdims": dice.maybe(dice.integer(0, 1))})


def some_tensors(dice):
    dtype = dice.choice(FLOATS + ("int64", "int32"))
    return [dice.array(dice.shape(0, 3), dtype) for _ in range(dice.integer(1, 4))]


@draws("ConcatFromSequence")
def concat_from_sequence(dice, op):
    shape, new = dice.shape(1, 4, empty=0), dice.integer(0, 1)
    axis = dice.axis(len(shape))
    parts = []
    for _ in range(dice.integer(1, 4)):
        part = list(shape)
        if not new:
            part[axis] = dice.integer(1, 4)
        parts.append(dice.array(part))
    return Draw([parts], {"axis": axis, "new_axis": new or dice.maybe(new)})


@draws("SequenceConstruct")
def sequence_construct(dice, op):
    return Draw(some_tensors(dice))


@draws("SequenceAt", "SequenceErase")
def sequence_at(dice, op):
    tensors = some_tensors(dice)
    if op == "SequenceErase":
        tensors.append(tensors[0])  # so that one is left
    return Draw([tensors, np.array(dice.integer(-len(tensors), len(tensors) - 1))])


@draws("SequenceInsert")
def sequence_insert(dice, op):
    tensors = some_tensors(dice)
    place = np.array(dice.integer(-len(tensors), len(tensors)))
    return Draw([tensors, dice.array(dice.shape(0, 3), tensors[0].dtype.name), dice.maybe(place)])


@draws("SequenceLength")
def sequence_length(dice, op):
    return Draw([some_tensors(dice)])


# ---- Losses

@draws("NegativeLogLikelihoodLoss", "SoftmaxCrossEntropyLoss")
def loss(dice, op):
    classes = dice.integer(1, 6)
    shape = (dice.integer(1, 4), classes, *spatial(dice, 0, 3))
    labels = dice.array(shape[:1] + shape[2:], dice.choice(("int64", "int32")), 0, classes - 1)
    dtype = dice.choice(("float32", "float64"))
    ignored = dice.maybe(dice.choice((0, -1, classes)), 0.4)
    if ignored is not None and ignored not in range(classes):
        labels = np.where(dice.numbers.random(labels.shape) < 0.3, ignored, labels).astype(labels.dtype)
    outputs = (True, dice.chance()) if op == "SoftmaxCrossEntropyLoss" else (True,)
    return Draw([dice.array(shape, dtype), labels, dice.maybe(dice.array((classes,), dtype, 0.1, 2))],
                {"ignore_index": ignored, "reduction": dice.choice((None, "none", "mean", "sum"))}, outputs)


# ---- Signals

@draws("HannWindow", "HammingWindow", "BlackmanWindow")
def signal_window(dice, op):
    return Draw([np.array(dice.integer(1, 20), dice.choice(("int64", "int32")))],
                {"periodic": dice.maybe(dice.integer(0, 1)), "output_datatype": dice.choice((None, 1, 11))})


@draws("DFT")
def fourier(dice, op):
    shape = dice.shape(2, 4, empty=0)
    inverse, onesided = dice.chance(0.3), dice.chance(0.3)
    parts = dice.choice((1, 2)) if not (inverse or onesided) else 1 if onesided else 2
    inverse = inverse and not onesided
    rank = len(shape) + 1
    axis = dice.integer(1, rank - 2) if rank > 2 else 0
    x = dice.array(shape + (parts,), dice.choice(("float32", "float64")))
    return Draw([x, dice.maybe(np.array(dice.integer(1, 12)), 0.3), np.array(axis)],
                {"inverse": int(inverse) or None, "onesided": int(onesided) or None},
                tolerances={"float32": (1e-3, 1e-3)})


@draws("STFT")
def short_time_fourier(dice, op):
    length, frame, step = dice.integer(12, 30), dice.integer(2, 9), dice.integer(1, 5)
    dtype = dice.choice(("float32", "float64"))
    return Draw([dice.array((dice.integer(1, 2), length, 1), dtype), np.array(step),
                 dice.maybe(dice.array((frame,), dtype)), np.array(frame)],
                {"onesided": dice.maybe(dice.integer(0, 1))}, tolerances={"float32": (1e-3, 1e-3)})


@draws("MelWeightMatrix")
def mel_weights(dice, op):
    return Draw([np.array(dice.integer(1, 8)), np.array(dice.choice((16, 32, 64))), np.array(8000),
                 np.array(dice.real(0, 500), np.float32), np.array(dice.real(1000, 4000), np.float32)],
                {"output_datatype": dice.choice((None, 1, 11))})


# ---- Strings

@draws("StringConcat")
def string_concat(dice, op):
    shape = dice.shape()
    return Draw([dice.array(dice.broadcast(shape), "str"), dice.array(dice.broadcast(shape), "str")])


@draws("StringSplit")
def string_split(dice, op):
    return Draw([dice.array(dice.shape(0, 3), "str")],
                {"delimiter": dice.choice((None, "", " ", ",", "a")), "maxsplit": dice.maybe(dice.integer(0, 2))},
                (True, True))


@draws("StringNormalizer")
def string_normalizer(dice, op):
    shape = (dice.integer(1, 6),) if dice.chance() else (1, dice.integer(1, 6))
    return Draw([dice.array(shape, "str")],
                {"case_change_action": dice.choice((None, "LOWER", "UPPER", "NONE")),
                 "is_case_sensitive": dice.maybe(dice.integer(0, 1)), "locale": "C",
                 "stopwords": dice.maybe(["a", "AB", "ab"])},
                references=("ort", "onnx"))


@draws("RegexFullMatch")
def regex_full_match(dice, op):
    pattern = dice.choice((r"[a-z]+", r"\w*", r".*b", r"", r"(a|B)?", r"\s*z\s*", r"[^,]+"))
    return Draw([dice.array(dice.shape(0, 3), "str")], {"pattern": pattern})


@draws("TfIdfVectorizer")
def tfidf(dice, op):
    singles, pairs = dice.integer(1, 4), dice.integer(0, 4)
    strings = dice.chance()
    words = [f"w{i}" for i in range(5)] if strings else list(range(5))
    pool_items = [words[i] for i in dice.numbers.permutation(5)[:singles]]
    both = [(a, b) for a in words for b in words]
    for i in dice.numbers.permutation(25)[:pairs]:
        pool_items += both[i]
    count = singles + pairs
    x = np.array([dice.choice(words) for _ in range(12)], dtype=object if strings else np.int64)
    x = x.reshape(dice.choice(((12,), (2, 6), (3, 4))))
    shortest = dice.integer(1, 2)
    return Draw([x], {"pool_strings" if strings else "pool_int64s": pool_items, "ngram_counts": [0, singles],
                      "ngram_indexes": [int(i) for i in dice.numbers.permutation(count)],
                      "min_gram_length": shortest, "max_gram_length": dice.integer(shortest, 2),
                      "max_skip_count": dice.integer(0, 3), "mode": dice.choice(("TF", "IDF", "TFIDF")),
                      "weights": dice.maybe([dice.real(0.1, 2) for _ in range(count)])}, references=("ort", "onnx"))


# ---- Classical machine learning

@draws("ai.onnx.ml.Binarizer")
def binarizer(dice, op):
    return Draw([dice.array(dice.shape(), dice.choice(("float32", "float64")))],
                {"threshold": dice.maybe(dice.real(-1, 1))}, references=("ort", "onnx"))


@draws("ai.onnx.ml.Scaler", "ai.onnx.ml.Normalizer", "ai.onnx.ml.Imputer")
def scaler(dice, op):
    n, c = dice.integer(1, 5), dice.integer(1, 6)
    x = dice.array((n, c), "float32")
    if op == "Normalizer":
        return Draw([x], {"norm": dice.choice((None, "MAX", "L1", "L2"))}, references=("ort", "onnx"))
    count = dice.choice((1, c))
    if op == "Imputer":
        x[dice.numbers.random(x.shape) < 0.3] = np.nan
        return Draw([x], {"imputed_value_floats": [dice.real(-2, 2) for _ in range(count)],
                          "replaced_value_float": float("nan")}, references=("ort", "onnx"))
    return Draw([x], {"offset": [dice.real(-2, 2) for _ in range(count)],
                      "scale": [dice.real(0.5, 2) for _ in range(count)]}, references=("ort", "onnx"))


@draws("ai.onnx.ml.ArrayFeatureExtractor")
def array_feature_extractor(dice, op):
    shape = dice.shape(2, 3, empty=0)
    return Draw([dice.array(shape, dice.choice(("float32", "float64", "int64", "int32"))),
                 int64s(dice.integers(0, shape[-1] - 1, dice.integer(1, 4)))], references=("ort", "onnx"))


@draws("ai.onnx.ml.LabelEncoder")
def label_encoder(dice, op):
    keys, values = dice.choice(("strings", "int64s", "floats")), dice.choice(("strings", "int64s", "floats"))
    lists = {"strings": ["a", "B", "ab"], "int64s": [1, -2, 3], "floats": [0.5, 1.0, -2.0]}
    x = np.array([dice.choice(lists[keys]) for _ in range(12)],
                 {"strings": object, "int64s": np.int64, "floats": np.float32}[keys]).reshape(3, 4)
    known = dice.integer(1, 3)
    return Draw([x], {f"keys_{keys}": lists[keys][:known], f"values_{values}": lists[values][:known]},
                references=("ort", "onnx"))


@draws("ai.onnx.ml.LinearRegressor")
def linear_regressor(dice, op):
    n, c, targets = dice.integer(1, 5), dice.integer(1, 6), dice.integer(1, 3)
    return Draw([dice.array((n, c))],
                {"coefficients": [dice.real(-1, 1) for _ in range(c * targets)], "targets": targets,
                 "intercepts": dice.maybe([dice.real(-1, 1) for _ in range(targets)])}, references=("ort", "onnx"))


@draws("ai.onnx.ml.LinearClassifier")
def linear_classifier(dice, op):
    n, c, classes = dice.integer(1, 5), dice.integer(1, 6), dice.integer(3, 5)
    return Draw([dice.array((n, c))],
                {"coefficients": [dice.real(-1, 1) for _ in range(c * classes)],
                 "intercepts": [dice.real(-1, 1) for _ in range(classes)],
                 "classlabels_ints": list(range(10, 10 + classes)), "multi_class": dice.maybe(dice.integer(0, 1)),
                 "post_transform": dice.choice((None, "NONE", "SOFTMAX", "LOGISTIC"))}, (True, True),
                references=("ort", "onnx"))


@draws("ai.onnx.ml.OneHotEncoder")
def one_hot_encoder(dice, op):
    return Draw([dice.array(dice.shape(1, 3, empty=0), "int64", 0, 5)],
                {"cats_int64s": [0, 1, 2, 4, 5, 3], "zeros": dice.maybe(1)}, references=("ort", "onnx"))


# ---- What the references get wrong

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


for evaluator in ("onnx", "ort"):
    wrong(evaluator, "AveragePool", "LpPool", "MaxPool", reason="leaves dilations out of SAME padding",
          when=lambda draw, results: is_same(draw) and any(d != 1 for d in draw.attributes.get("dilations", [])))
    wrong(evaluator, "AveragePool", "LpPool", "MaxPool", reason="pads by less than nothing where strides are wide",
          when=lambda draw, results: is_narrow(draw))
    wrong(evaluator, "ConvTranspose", reason="gives less than SAME asks for where strides are wide",
          when=lambda draw, results: is_narrow(draw))
wrong("onnx", "GlobalMaxPool", reason="reduces other axes than the spatial ones")
wrong("onnx", "LRN", reason="normalizes only as many channels as there are batches")
wrong("onnx", "LpNormalization", reason="sums elements instead of their magnitudes",
      when=lambda draw, results: draw.attributes.get("p") == 1)
wrong("onnx", "LayerNormalization", reason="gives statistics in the operand's type instead of float",
      when=lambda draw, results: any(result.dtype != np.float32 for result in results[1:]))
wrong("onnx", "ReduceSumSquare", "ReduceSum", "ReduceProd", "ReduceL1", reason="widens integers",
      when=lambda draw, results: results[0].dtype != draw.inputs[0].dtype)
wrong("onnx", "Resize", reason="lets elements outside count where antialiasing is to exclude them",
      when=lambda draw, results: draw.attributes.get("antialias") and draw.attributes.get("exclude_outside"))
wrong("onnx", "SequenceInsert", reason="inserts at the front when the position is the sequence's length",
      when=lambda draw, results: draw.inputs[2] is not None and draw.inputs[2] == len(draw.inputs[0]))
wrong("ort", "ArgMax", "ArgMin", reason="finds a place where there are no elements",
      when=lambda draw, results: draw.inputs[0].size == 0)
wrong("onnx", "Shape", reason="counts an end below the first axis from the back again",
      when=lambda draw, results: min(draw.attributes.get(key, 0) for key in ("start", "end")) < -draw.inputs[0].ndim)
wrong("onnx", "StringNormalizer", reason="drops accents, empty strings and stop words inside of strings",
      when=lambda draw, results: any(not word.isalpha() or not word.isascii() for word in draw.inputs[0].flat))
wrong("ort", "StringNormalizer", reason="knows only the letters of its locale",
      when=lambda draw, results: any(not word.isascii() for word in draw.inputs[0].flat))
wrong("ort", "StringSplit", reason="splits an empty string at a delimiter into nothing instead of itself",
      when=lambda draw, results: draw.attributes.get("delimiter") and "" in draw.inputs[0])
for evaluator in ("onnx", "ort"):
    wrong(evaluator, "BlackmanWindow", "HammingWindow", "HannWindow", reason="divides by zero for a window of one",
          when=lambda draw, results: draw.inputs[0] == 1 and draw.attributes.get("periodic") == 0)
wrong("onnx", "NegativeLogLikelihoodLoss", reason="counts elements to ignore in the mean when ignore_index is -1",
      when=lambda draw, results: draw.attributes.get("ignore_index") == -1)
wrong("onnx", "ReduceLogSumExp", reason="subtracts infinity from infinity",
      when=lambda draw, results: np.isinf(draw.inputs[0]).any())
wrong("ort", "ReduceLogSumExp", reason="forgets NaN beside infinity",
      when=lambda draw, results: np.isinf(draw.inputs[0]).any() and np.isnan(draw.inputs[0]).any())
