"""Random elements: their types, shapes and statistics, and that equal seeds give equal elements.

Where a statistic of n elements would be beyond six times its standard deviation, it is wrong.
"""
import math

import numpy as np
import onnxdata
from onnx import helper

from draws import Draw, draws, dtype_named, element_kind, types_allowed


def checked(shape, dtype, seeded, statistics):
    """A check of a result's type and shape, then of its elements, and of its equality by each route."""
    seen = []

    def check(results):
        result = results[0]
        found = onnxdata.describe(result)
        expected = onnxdata.describe(np.empty(shape, dtype_named(dtype)))
        if found != expected:
            return f"{found} instead of {expected}"
        if seeded:
            seen.append(result)
            if not np.array_equal(seen[0], result):
                return "another result of the same seed"
        return statistics(result.astype(np.float64)) if result.size else None

    return check


def typed(dtype):
    """The result's type, for the table of types."""
    return {0: helper.make_tensor_type_proto(element_kind(dtype), None)}


def near(what, found, expected, deviation, slack=0.0):
    """A complaint where a statistic is too far from what is expected."""
    return None if abs(found - expected) <= 6 * deviation + slack else f"{what} is {found} instead of {expected}"


def some_shape(dice):
    return dice.shape(1, 3, 40, empty=0.05) if dice.chance() else dice.shape()


@draws("RandomNormal", "RandomNormalLike")
def normal(dice, op):
    return generator(dice, op, "mean", "scale", (0.0, 1.0), lambda mean, scale: (mean, scale), None)


@draws("RandomUniform", "RandomUniformLike")
def uniform(dice, op):
    return generator(dice, op, "low", "high", (0.0, 1.0),
                     lambda low, high: ((low + high) / 2, (high - low) / math.sqrt(12)), lambda low, high: (low, high))


def generator(dice, op, first, second, defaults, moments, limits):
    like = op.endswith("Like")
    shape, seeded = some_shape(dice), dice.chance()
    dtype, source = dice.type("T2" if like else "T"), dice.type("T1") if like else None
    kept = like and source in types_allowed(op, "T2") and dice.chance(0.3)
    dtype = source if kept else dtype
    values = (dice.real(-3, 0), dice.real(0.5, 4))
    given = [dice.maybe(value, 0.7) for value in values]
    actual = [default if value is None else value for value, default in zip(given, defaults)]
    attributes = {first: given[0], second: given[1], "seed": dice.real(0, 9) if seeded else None}
    # Rounding moves each element by half a unit in its last place.
    slack = 8 * {"float16": 2**-11, "bfloat16": 2**-8}.get(dtype, 2**-24)

    def statistics(result):
        mean, deviation = moments(*actual)
        count = result.size
        if limits:
            low, high = limits(*actual)
            if (result < low - slack).any() or (result > high + slack).any():
                return "an element out of range"
        return near("the mean", result.mean(), mean, deviation / math.sqrt(count), slack) or (
            near("the variance", result.var(), deviation**2, deviation**2 * math.sqrt(2 / count), 2 * slack)
            if count > 100 else None)

    if like:
        attributes["dtype"] = None if kept else element_kind(dtype)
        return Draw([dice.array(shape, source)], attributes, check=checked(shape, dtype, seeded, statistics),
                    result_types=typed(dtype))
    attributes |= {"shape": list(shape), "dtype": element_kind(dtype) if dtype != "float32" else dice.maybe(1)}
    return Draw([], attributes, check=checked(shape, dtype, seeded, statistics), result_types=typed(dtype))


@draws("Bernoulli")
def bernoulli(dice, op):
    shape, seeded = some_shape(dice), dice.chance()
    source, target = dice.type("T1"), dice.type("T2")
    kept = dice.chance(0.3)
    x = dice.array(shape, source, 0, 1)
    x = np.where(dice.numbers.random(shape) < 0.2, np.round(x), x).astype(x.dtype)
    odds = x.astype(np.float64)

    def statistics(result):
        if not np.isin(result, (0, 1)).all():
            return "an element that is neither 0 nor 1"
        if (result[odds == 0] != 0).any() or (result[odds == 1] != 1).any():
            return "an element against certainty"
        return near("the sum", result.sum(), odds.sum(), math.sqrt((odds * (1 - odds)).sum()), 1e-6)

    return Draw([x], {"dtype": None if kept else element_kind(target), "seed": dice.real(0, 9) if seeded else None},
                check=checked(shape, source if kept else target, seeded, statistics),
                result_types=typed(source if kept else target))


@draws("Multinomial")
def multinomial(dice, op):
    batch, classes, count = dice.integer(1, 3), dice.integer(1, 6), dice.choice((1, 5, 500))
    dtype, seeded = dice.type("T2"), dice.chance()
    x = dice.array((batch, classes), dice.type("T1"), -3, 1)
    weights = np.exp(x.astype(np.float64))
    odds = weights / weights.sum(axis=1, keepdims=True)

    def statistics(result):
        if (result < 0).any() or (result >= classes).any():
            return "a class that there is not"
        for row, expected in zip(result, odds):
            for kind, chance in enumerate(expected):
                text = near(f"the share of class {kind}", (row == kind).mean(), chance,
                            math.sqrt(chance * (1 - chance) / count), 1e-2)
                if text and count > 100:
                    return text
        return None

    return Draw([x], {"sample_size": count if count > 1 else dice.maybe(count),
                      "dtype": element_kind(dtype) if dtype != "int32" else dice.maybe(6),
                      "seed": dice.real(0, 9) if seeded else None},
                check=checked((batch, count), dtype, seeded, statistics), result_types=typed(dtype))


@draws("Dropout")
def dropout(dice, op):
    shape, dtype = some_shape(dice), dice.type("T")
    x = dice.array(shape, dtype)
    ratio = dice.maybe(np.array(dice.choice((0, 0.25, 0.5)), dtype_named(dice.type("T1"))))
    outputs = (True, dice.chance())
    if dice.chance(0.6):
        training = dice.maybe(np.array(False))
        return Draw([x, ratio, training], outputs=outputs, widen=False)
    seeded, part = dice.chance(), 0.5 if ratio is None else float(ratio)
    scaled = (x.astype(np.float64) / (1 - part)).astype(x.dtype).astype(np.float64)
    alive = scaled != 0

    def statistics(result):
        kept = result != 0
        if not np.allclose(result[kept], scaled[kept], rtol=1e-2):
            return "an element that is neither dropped nor scaled"
        count = int(alive.sum())
        return near("the number dropped", count - kept.sum(), part * count, math.sqrt(count * part * (1 - part)))

    check = checked(shape, dtype, seeded, statistics)

    def with_mask(results):
        if len(results) > 1 and (results[1].dtype != bool or (results[1][alive] != (results[0] != 0)[alive]).any()):
            return "another mask"
        return check(results)

    return Draw([x, ratio, np.array(True)], {"seed": dice.integer(0, 9) if seeded else None}, outputs, check=with_mask)
