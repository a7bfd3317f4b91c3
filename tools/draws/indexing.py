"""Elements by their places."""
import numpy as np

from draws import Draw, draws, dtype_named, int64s, is_signed

# The tolerances of elements that several updates reach, one rounding after the other.
MANY = {"float16": (1e-2, 1e-2), "bfloat16": (5e-2, 1e-1)}
# What has no greatest element, or no sum.
NOT_ORDERED = ("str", "bool", "complex64", "complex128")


@draws("Gather")
def gather(dice, op):
    shape = dice.shape(1, 4, empty=0)
    axis = dice.axis(len(shape))
    return Draw([dice.array(shape, dice.type()), dice.indices(dice.shape(0, 2, 4), shape[axis])], {"axis": axis})


@draws("GatherElements")
def gather_elements(dice, op):
    shape = dice.shape(1, 5, empty=0)
    axis = dice.axis(len(shape))
    sizes = [dice.integer(1, extent) for extent in shape]
    sizes[axis] = dice.integer(1, 6)
    return Draw([dice.array(shape, dice.type()), dice.indices(sizes, shape[axis])], {"axis": axis})


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
    return Draw([dice.array(shape, dice.type()), tuples(dice, shape, batch, prefix, last)],
                {"batch_dims": batch or None})


@draws("ScatterElements")
def scatter_elements(dice, op):
    shape = dice.shape(1, 5, empty=0)
    axis = dice.axis(len(shape))
    reduction_name = dice.choice((None, "none", "add", "mul", "min", "max"))
    dtype = dice.type(but=NOT_ORDERED if reduction_name not in (None, "none") else ())
    sizes = [dice.integer(1, extent) for extent in shape]
    if reduction_name in (None, "none"):  # without reduction no element may be named twice
        full = [shape[i] if i == axis % len(shape) else extent for i, extent in enumerate(sizes)]
        order = np.argsort(dice.numbers.random(full), axis=axis)
        indices = np.take(order, range(sizes[axis]), axis=axis)
    else:
        indices = dice.indices(sizes, shape[axis])
    return Draw([dice.array(shape, dtype), indices, dice.array(sizes, dtype)],
                {"axis": axis, "reduction": reduction_name}, tolerances=MANY)


@draws("ScatterND")
def scatter_nd(dice, op):
    shape = dice.shape(1, 4, empty=0)
    last = dice.integer(1, len(shape))
    reduction_name = dice.choice((None, "add", "mul", "min", "max"))
    dtype = dice.type(but=NOT_ORDERED if reduction_name else ())
    if reduction_name is None:
        spots = np.array(list(np.ndindex(*shape[:last])), dtype=np.int64)
        indices = dice.numbers.permutation(spots)[:dice.integer(1, len(spots))]
    else:
        indices = tuples(dice, shape, 0, dice.shape(1, 2, 4, empty=0), last)
    return Draw([dice.array(shape, dtype), indices, dice.array(indices.shape[:-1] + shape[last:], dtype)],
                {"reduction": reduction_name}, tolerances=MANY)


@draws("OneHot")
def one_hot(dice, op):
    shape = dice.shape(1, 4)
    depth = dice.integer(1, 7)
    kind = dice.type("T1")
    outside = 2 if dice.chance(0.3) else 0
    indices = dice.array(shape, kind, -depth - outside if is_signed(kind) else 0, depth - 1 + outside)
    indices = np.trunc(indices.astype(np.float64)).astype(indices.dtype)
    values = dice.array((2,), dice.type("T3"))
    axis = dice.maybe(dice.integer(-len(shape) - 1, len(shape)))
    places = indices.astype(np.int64)[..., None]
    expected = np.where(np.where(places < 0, places + depth, places) == np.arange(depth), values[1], values[0])
    return Draw([indices, np.array(depth if dice.chance() else [depth], dtype_named(dice.type("T2"))), values],
                {"axis": axis},
                told=[np.moveaxis(expected, -1, -1 if axis is None else axis).astype(values.dtype)])


@draws("Compress")
def compress(dice, op):
    shape = dice.shape(1)
    axis = dice.maybe(dice.axis(len(shape)))
    extent = int(np.prod(shape)) if axis is None else shape[axis]
    return Draw([dice.array(shape, dice.type()), dice.array((dice.integer(0, extent),), "bool")], {"axis": axis})


@draws("NonZero")
def nonzero(dice, op):
    return Draw([dice.array(dice.shape(), dice.type(), *dice.choice(((0, 1), (None, None))))])


@draws("TensorScatter")
def tensor_scatter(dice, op):
    shape, dtype = list(dice.shape(3, 4, empty=0)), dice.type()
    axis = dice.integer(1, len(shape) - 1)
    update = shape.copy()
    update[axis] = dice.integer(1, shape[axis])
    mode = dice.choice((None, "linear", "circular"))
    last = shape[axis] - 1 if mode == "circular" else shape[axis] - update[axis]
    starts = int64s(dice.integers(0, last, shape[0]))
    return Draw([dice.array(shape, dtype), dice.array(update, dtype), dice.maybe(starts)],
                {"axis": axis - dice.choice((0, len(shape))), "mode": mode})
