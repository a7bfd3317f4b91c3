"""Sequences and optionals."""
import numpy as np
from onnx import helper

from draws import Draw, draws, element_kind, type_named, wrong


def tensor_type(dtype):
    return helper.make_tensor_type_proto(element_kind(dtype), None)


def sequence_type(dtype):
    return helper.make_sequence_type_proto(tensor_type(dtype))


def some_tensors(dice, dtype, least=1):
    return [dice.array(dice.shape(0, 3), dtype) for _ in range(dice.integer(least, 4))]


def place_among(dice, count):
    """A position in a sequence of as many elements."""
    return np.array(dice.integer(-count, count - 1), dice.type("I"))


@draws("SplitToSequence")
def split_to_sequence(dice, op):
    shape = dice.shape(1, 4, empty=0)
    axis = dice.axis(len(shape))
    lengths = None
    if dice.chance(0.4):
        lengths = np.array(dice.integer(1, shape[axis]), dice.type("I"))
    elif dice.chance(0.6):
        cuts = sorted(dice.integers(0, shape[axis], dice.integer(0, 2)))
        lengths = np.diff([0, *cuts, shape[axis]]).astype(dice.type("I"))
    return Draw([dice.array(shape, dice.type()), lengths], {"axis": axis, "keepdims": dice.flag()})


@draws("ConcatFromSequence")
def concat_from_sequence(dice, op):
    shape, new, dtype = dice.shape(1, 4, empty=0), dice.integer(0, 1), dice.type("S")
    axis = dice.axis(len(shape))
    parts = []
    for _ in range(dice.integer(1, 4)):
        part = list(shape)
        if not new:
            part[axis] = dice.integer(1, 4)
        parts.append(dice.array(part, dtype))
    return Draw([parts], {"axis": axis, "new_axis": new or dice.maybe(new)})


@draws("SequenceConstruct")
def sequence_construct(dice, op):
    return Draw(some_tensors(dice, dice.type()))


@draws("SequenceEmpty")
def sequence_empty(dice, op):
    dtype = dice.type("S")
    kind = None if dtype == "float32" and dice.chance() else element_kind(dtype)
    return Draw([], {"dtype": kind}, told=[[]], result_types={0: sequence_type(dtype)})


@draws("SequenceAt")
def sequence_at(dice, op):
    tensors = some_tensors(dice, dice.type("S"))
    return Draw([tensors, place_among(dice, len(tensors))])


@draws("SequenceErase")
def sequence_erase(dice, op):
    dtype = dice.type("S")
    tensors = some_tensors(dice, dtype)
    place = dice.maybe(place_among(dice, len(tensors)), 0.8)
    rest = list(tensors)
    rest.pop(-1 if place is None else int(place))
    return Draw([tensors, place], told=[rest], result_types={0: sequence_type(dtype)})


@draws("SequenceInsert")
def sequence_insert(dice, op):
    dtype = dice.type("S")
    tensors = some_tensors(dice, dtype, 0)
    count = len(tensors)
    place = np.array(dice.integer(-count, count), dice.type("I"))
    return Draw([tensors, dice.array(dice.shape(0, 3), dtype), dice.maybe(place)], types={0: sequence_type(dtype)})


@draws("SequenceLength")
def sequence_length(dice, op):
    dtype = dice.type("S")
    return Draw([some_tensors(dice, dtype, 0)], types={0: sequence_type(dtype)})


@draws("Optional")
def optional(dice, op):
    text = dice.turn("V")
    value, kind = dice.value(text), type_named(text)
    results = {0: helper.make_optional_type_proto(kind)}
    if dice.chance(0.3):
        return Draw([], {"type": kind}, told=[None], result_types=results)
    return Draw([value], told=[value], result_types=results)


@draws("OptionalHasElement")
def optional_has_element(dice, op):
    text = dice.turn("O")
    given = dice.chance(0.7)
    if text.startswith("optional"):
        return Draw([dice.value(text) if given else None], types={0: type_named(text)}, told=[np.array(given)])
    return Draw([dice.value(text)] if given else [], told=[np.array(given)])


@draws("OptionalGetElement")
def optional_get_element(dice, op):
    text = dice.turn("O")
    value = dice.value(text)
    return Draw([value], types={0: type_named(text)}, told=[value])


wrong("onnx", "SequenceInsert", reason="inserts at the front when the position is the sequence's length",
      when=lambda draw, results: draw.inputs[2] is not None and draw.inputs[2] == len(draw.inputs[0]))
