"""Shapes and types, where no element moves."""
import numpy as np

from draws import Draw, draws, dtype_named, element_kind, element_of, int64s, type_named, types_allowed, wrong


@draws("Identity")
def identity(dice, op):
    text = dice.turn("V")
    if text.startswith("tensor"):
        return Draw([dice.array(dice.shape(), element_of(text), special=0.2)], zeros=True)
    value = None if text.startswith("optional") and dice.chance(0.3) else dice.value(text)
    return Draw([value], told=[value], types={0: type_named(text)}, result_types={0: type_named(text)})


@draws("BitCast")
def bit_cast(dice, op):
    def bits(name):
        return {"str": 0, "bool": 8}.get(name) or (int("".join(c for c in name.split("_")[0] if c.isdigit())))
    source = dice.type("T1")
    target = dice.choice([name for name in types_allowed(op, "T2") if bits(name) == bits(source)])
    x = dice.array(dice.shape(), source)
    if target == "bool":
        x = dice.array(x.shape, "bool").astype(np.uint8).view(dtype_named(source))
    # Which NaN a narrow float is, numpy does not keep.
    return Draw([x], {"to": element_kind(target)}, widen=False)


@draws("Shape")
def shape_of(dice, op):
    return Draw([dice.array(dice.shape(), dice.type())],
                {"start": dice.maybe(dice.integer(-8, 8)), "end": dice.maybe(dice.integer(-8, 8))})


@draws("Size")
def size_of(dice, op):
    return Draw([dice.array(dice.shape(), dice.type())])


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
    allow = dice.flag()
    if not allow:
        if np.prod(shape) == 0:
            target = list(shape) + [1] * dice.integer(0, 2)
        for i in range(min(len(target), len(shape))):
            if target[i] == shape[i] and dice.chance(0.2):
                target[i] = 0
    if target and np.prod(shape) and dice.chance(0.4):
        target[dice.integer(0, len(target) - 1)] = -1
    return Draw([dice.array(shape, dice.type()), int64s(target)], {"allowzero": allow})


@draws("Flatten")
def flatten(dice, op):
    shape = dice.shape(1)
    return Draw([dice.array(shape, dice.type())], {"axis": dice.maybe(dice.integer(-len(shape), len(shape)))})


@draws("Squeeze")
def squeeze(dice, op):
    shape = dice.shape()
    ones = [i for i, extent in enumerate(shape) if extent == 1]
    axes = [i - (len(shape) if dice.chance() else 0) for i in ones if dice.chance(0.7)]
    return Draw([dice.array(shape, dice.type()), int64s(axes) if axes or dice.chance() else None])


@draws("Unsqueeze")
def unsqueeze(dice, op):
    shape = dice.shape(0, 4)
    rank = len(shape) + dice.integer(0, 3)
    axes = [int(axis) - (rank if dice.chance() else 0) for axis in dice.numbers.permutation(rank)[:rank - len(shape)]]
    return Draw([dice.array(shape, dice.type()), int64s(axes)])


@draws("Expand")
def expand(dice, op):
    shape = dice.shape()
    target = dice.broadcast(shape) if dice.chance(0.3) else shape
    return Draw([dice.array(dice.broadcast(shape), dice.type()), int64s(target)])


# What the references get wrong.

wrong("onnx", "Shape", reason="counts an end below the first axis from the back again",
      when=lambda draw, results: min(draw.attributes.get(key, 0) for key in ("start", "end")) < -draw.inputs[0].ndim)
