"""Element by element."""
import numpy as np

from draws import NARROW, Draw, draws, element_kind, is_float, is_signed, wrong

# Where functions are defined, for most draws; others draw from everywhere.
RANGES = {
    "Acos": (-1, 1), "Asin": (-1, 1), "Atanh": (-0.98, 0.98), "Acosh": (1, 9), "Log": (0.01, 9), "Sqrt": (0, 9),
    "Reciprocal": (0.1, 5), "Tan": (-1.4, 1.4), "Exp": (-6, 6), "Sinh": (-5, 5), "Cosh": (-5, 5),
}


@draws("Abs", "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Ceil", "Cos", "Cosh", "Erf", "Exp", "Floor",
       "HardSwish", "Log", "Mish", "Neg", "Reciprocal", "Relu", "Round", "Sigmoid", "Sign", "Sin", "Sinh", "Softplus",
       "Softsign", "Sqrt", "Tan", "Tanh")
def unary(dice, op):
    if op in RANGES and dice.chance(0.8):
        return Draw([dice.array(dice.shape(), dice.type(), *RANGES[op])])
    x = dice.array(dice.shape(), dice.type(), special=0.2)
    if op == "Round" and dice.chance(0.3) and is_float(x.dtype.name):  # halves go to the even neighbour
        x = (np.round(x.astype(np.float64) * 2) / 2).astype(x.dtype)
    return Draw([x], zeros=op in ("Abs", "Ceil", "Floor", "Neg", "Round", "Sqrt"))


@draws("Not")
def negation(dice, op):
    return Draw([dice.array(dice.shape(), "bool")])


@draws("IsNaN", "IsInf")
def is_special(dice, op):
    flags = {key: dice.flag() for key in ("detect_negative", "detect_positive")}
    return Draw([dice.array(dice.shape(), dice.type("T1"), special=1)], flags if op == "IsInf" else {})


@draws("BitwiseNot")
def bitwise_not(dice, op):
    return Draw([dice.array(dice.shape(), dice.type(), special=1)])


@draws("LeakyRelu", "Elu", "Celu", "ThresholdedRelu", "Selu", "HardSigmoid", "Shrink", "Swish")
def activation(dice, op):
    names = {"Selu": ("alpha", "gamma"), "HardSigmoid": ("alpha", "beta"), "Shrink": ("lambd", "bias")}
    dtype = dice.type()
    low = 0.1
    if op == "Shrink" and not is_float(dtype):
        low = 1  # integers move by whole numbers
    attributes = {name: dice.maybe(dice.real(low, 2) if low < 1 else float(dice.integer(1, 3)))
                  for name in names.get(op, ("alpha",))}
    return Draw([dice.array(dice.shape(), dtype)], attributes)


@draws("Gelu")
def gelu(dice, op):
    return Draw([dice.array(dice.shape(), dice.type())], {"approximate": dice.choice((None, "none", "tanh"))})


@draws("SwiGLU")
def gated_unit(dice, op):
    shape, dtype = dice.shape(), dice.type()
    return Draw([dice.array(shape, dtype), dice.array(shape, dtype)])


@draws("Add", "Sub", "Mul", "Div", "Less", "Greater", "LessOrEqual", "GreaterOrEqual", "Equal", "Min", "Max")
def binary(dice, op):
    shape, dtype = dice.shape(), dice.type()
    count = dice.integer(1, 4) if op in ("Min", "Max") else 2
    operands = [dice.array(dice.broadcast(shape), dtype, special=0.15) for _ in range(count)]
    if op == "Div" and not is_float(dtype):
        operands[1] = np.where(operands[1] == 0, 1, operands[1]).astype(operands[1].dtype)
    return Draw(operands)


@draws("Sum", "Mean")
def variadic(dice, op):
    shape, dtype = dice.shape(), dice.type()
    return Draw([dice.array(dice.broadcast(shape), dtype, special=0.05) for _ in range(dice.integer(1, 4))],
                tolerances={"float16": (4e-3, 4e-3), "bfloat16": (3e-2, 3e-2)})


@draws("Pow")
def power(dice, op):
    shape, a, b = dice.shape(), dice.type("T"), dice.type("T1")
    x = dice.array(dice.broadcast(shape), a, 0.5 if is_float(a) else -4, 4)
    y = dice.array(dice.broadcast(shape), b, 0, 3)
    if is_float(a) and dice.chance(0.3):
        x, y = (dice.array(operand.shape, operand.dtype.name, special=0.3) for operand in (x, y))
    return Draw([x, y if is_float(a) else np.trunc(y.astype(np.float64)).astype(y.dtype)],
                tolerances={"float16": (1e-2, 1e-3), "bfloat16": (4e-2, 1e-2)})


@draws("Mod")
def modulo(dice, op):
    shape, dtype = dice.shape(), dice.type()
    x, y = (dice.array(dice.broadcast(shape), dtype, special=0.3) for _ in range(2))
    if not is_float(dtype):
        y = np.where(y == 0, 7, y).astype(y.dtype)
    fmod = dice.flag()
    return Draw([x, y], {"fmod": fmod}, zeros=not fmod)


@draws("PRelu")
def prelu(dice, op):
    shape, dtype = dice.shape(), dice.type()
    return Draw([dice.array(shape, dtype), dice.array(dice.broadcast(shape), dtype)])


@draws("And", "Or", "Xor")
def logic(dice, op):
    shape = dice.shape()
    return Draw([dice.array(dice.broadcast(shape), "bool"), dice.array(dice.broadcast(shape), "bool")])


@draws("BitwiseAnd", "BitwiseOr", "BitwiseXor")
def bitwise(dice, op):
    shape, dtype = dice.shape(), dice.type()
    return Draw([dice.array(dice.broadcast(shape), dtype, special=1) for _ in range(2)])


@draws("BitShift")
def shift(dice, op):
    shape, dtype = dice.shape(), dice.type()
    return Draw([dice.array(dice.broadcast(shape), dtype, special=1),
                 dice.array(dice.broadcast(shape), dtype, -2 if is_signed(dtype) and dice.chance() else 0,
                            dice.choice((7, 70)))],
                {"direction": dice.choice(("LEFT", "RIGHT"))})


@draws("Where")
def where(dice, op):
    shape, dtype = dice.shape(), dice.type()
    x, y = (dice.array(dice.broadcast(shape), dtype, special=0.1) for _ in range(2))
    return Draw([dice.array(dice.broadcast(shape), "bool"), x, y], zeros=True)


@draws("Clip")
def clip(dice, op):
    dtype = dice.type()
    return Draw([dice.array(dice.shape(), dtype, special=0.2), dice.maybe(dice.array((), dtype, 0, 2)),
                 dice.maybe(dice.array((), dtype, 1, 4))])


@draws("Cast", "CastLike")
def cast(dice, op):
    source, target = dice.type("T1"), dice.type("T2")
    if source == target == "str" or dice.chance(0.1):
        source = "float32"
    x = dice.array(dice.shape(), source, special=0.1 if is_float(target) else 0)
    if is_float(source) and not is_float(target) and target not in ("bool", "str"):
        # What an integer cannot hold is not defined.
        least = 0 if not is_signed(target) else -1 if target == "int2" else -6
        x = dice.array(x.shape, source, least, {"2": 1, "4": 6}.get(target[-1], 9))
    if source == "str":
        x = texts(dice, x.shape, target)
    flags = {"saturate": dice.flag() if target in NARROW[:5] else None}
    if target == "float8_e8m0fnu":
        flags["round_mode"] = dice.choice((None, "up", "down", "nearest"))
        if is_float(source) and source != "float8_e8m0fnu":
            x = np.abs(x.astype(np.float64)).astype(x.dtype)
    if op == "CastLike":
        return Draw([x, dice.array((), target)], flags, references=("onnx",) if target == "str" else ("onnx", "ort"),
                    widen=target == "str")
    # A float of 16 bits or less is said as float says it.
    return Draw([x], flags | {"to": element_kind(target)}, references=("onnx",) if target == "str" else ("onnx", "ort"),
                widen=target == "str")


def texts(dice, shape, target):
    """Strings that say numbers of a type."""
    if target == "bool":
        words = ["0", "1", "2", "-1"]
    elif is_float(target):
        words = ["0", "1", "-1.5", "0.25", "1e1", "2E0", "INF", "-INF", "+INF", "NaN", "+2", "-0", ".5", "3."]
        words = [word for word in words if "N" not in word] if target in NARROW[4:] else words
    else:
        words = ["0", "1"] if target in ("int2", "uint2") else ["0", "1", "5", "7"]
        words += ["-1", "-2"] if is_signed(target) else []
    return np.array([dice.choice(words) for _ in range(int(np.prod(shape)))], dtype=object).reshape(shape)


wrong("onnx", "Mod", reason="takes the remainder by zero for zero",
      when=lambda draw, results: draw.inputs[0].dtype.kind in "iu" and (draw.inputs[1] == 0).any())
