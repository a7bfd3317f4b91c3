"""Elements that move."""
import numpy as np

from draws import Draw, draws, int64s


@draws("Transpose")
def transpose(dice, op):
    shape = dice.shape()
    return Draw([dice.array(shape, dice.type())],
                {"perm": dice.maybe([int(axis) for axis in dice.numbers.permutation(len(shape))] or None, 0.8)})


@draws("Tile")
def tile(dice, op):
    shape = dice.shape(0, 5, extent=4)
    repeats = int64s([dice.integer(0 if dice.chance(0.1) else 1, 3) for _ in shape])
    return Draw([dice.array(shape, dice.type()), repeats])


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
    return Draw([dice.array(shape, dice.type()), np.array(starts, kind), np.array(ends, kind),
                 None if axes is None else np.array(axes, kind), dice.maybe(np.array(steps, kind), 0.7)])


@draws("Split")
def split(dice, op):
    shape = dice.shape(1)
    axis = dice.axis(len(shape))
    count = dice.integer(1, max(1, min(4, shape[axis])))
    x = dice.array(shape, dice.type())
    if dice.chance():
        return Draw([x], {"axis": axis, "num_outputs": count}, (True,) * count)
    cuts = sorted(dice.integers(0, shape[axis], count - 1))
    parts = np.diff([0, *cuts, shape[axis]])
    return Draw([x, int64s(parts)], {"axis": axis}, (True,) * count)


@draws("Concat")
def concat(dice, op):
    shape, dtype = dice.shape(1), dice.type()
    axis = dice.axis(len(shape))
    inputs = []
    for _ in range(dice.integer(1, 4)):
        part = list(shape)
        part[axis] = dice.integer(0 if dice.chance(0.2) else 1, 5)
        inputs.append(dice.array(part, dtype))
    return Draw(inputs, {"axis": axis})


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
    dtype = dice.type()
    value = None
    if mode in (None, "constant"):  # some types have no zero
        value = dice.maybe(dice.array((), dtype), 1 if dtype in ("str", "float8_e8m0fnu") else 0.5)
    return Draw([dice.array(shape, dtype), int64s(lows + highs), value,
                 None if axes is None else np.array(axes, dice.type("Tind"))],
                {"mode": mode})


@draws("DepthToSpace", "SpaceToDepth")
def blocks(dice, op):
    block = dice.integer(1, 3)
    n, c, h, w = dice.integer(0 if dice.chance(0.1) else 1, 2), *dice.integers(1, 4, 3)
    dtype = dice.type()
    if op == "SpaceToDepth":
        return Draw([dice.array((n, c, h * block, w * block), dtype)],
                    {"blocksize": block})
    return Draw([dice.array((n, c * block * block, h, w), dtype)],
                {"blocksize": block, "mode": dice.choice((None, "DCR", "CRD"))})


@draws("Trilu")
def triangle(dice, op):
    shape, dtype = dice.shape(2), dice.type()
    if dtype == "str":  # strings have no zero, so that all stay
        return Draw([dice.array(shape, dtype), np.array(-9)], {"upper": 1})
    return Draw([dice.array(shape, dtype), dice.maybe(np.array(dice.integer(-9, 9)))], {"upper": dice.flag()})


@draws("ReverseSequence")
def reverse_sequence(dice, op):
    shape = dice.shape(2, 4, empty=0)
    time = dice.integer(0, 1)
    lengths = int64s(dice.integers(1, shape[time], shape[1 - time]))
    return Draw([dice.array(shape, dice.type()), lengths], {"batch_axis": 1 - time, "time_axis": time})


@draws("CenterCropPad")
def center_crop_pad(dice, op):
    shape, dtype = dice.shape(1, 5, empty=0), dice.type()
    axes = dice.maybe(dice.axes(len(shape), 1))
    # Strings have no zero to pad with.
    sizes = [dice.integer(1, shape[axis] if dtype == "str" else 9) for axis in (range(len(shape)) if axes is None
                                                                                else axes)]
    return Draw([dice.array(shape, dtype), np.array(sizes, dice.type("Tind"))], {"axes": axes})
