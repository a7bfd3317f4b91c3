"""Reads, writes and compares values in ONNX's test layout: `input_<i>.pb` and `output_<i>.pb` in a folder."""
import numpy as np
import onnx
from onnx import MapProto, OptionalProto, SequenceProto, TensorProto, numpy_helper

PROTOS = {"sequence_type": SequenceProto, "map_type": MapProto, "optional_type": OptionalProto}


def read_value(path, value_info):
    """The value in a file: an array, a list, a dictionary or None, by the type of the graph's input or output."""
    proto = PROTOS.get(value_info.type.WhichOneof("value"), TensorProto)()
    proto.ParseFromString(path.read_bytes())
    if isinstance(proto, TensorProto):
        return numpy_helper.to_array(proto)
    if isinstance(proto, SequenceProto):
        return numpy_helper.to_list(proto)
    if isinstance(proto, MapProto):
        return numpy_helper.to_dict(proto)
    return numpy_helper.to_optional(proto)


def write_value(path, value, value_info):
    """Writes a value as the proto that the type of the graph's input or output asks for."""
    kind = value_info.type.WhichOneof("value")
    if isinstance(value, TensorProto):
        proto = value
    elif kind == "sequence_type":
        proto = numpy_helper.from_list(value, value_info.name)
    elif kind == "map_type":
        proto = numpy_helper.from_dict(value, value_info.name)
    elif kind == "optional_type":
        proto = numpy_helper.from_optional(value, value_info.name)
    else:
        proto = numpy_helper.from_array(np.asarray(value), value_info.name)
    path.write_bytes(proto.SerializeToString())


def write_values(folder, kind, values, value_infos):
    """Writes the inputs (`kind` is "input") or outputs of a graph in the order of their declarations; no file for None
    where an optional value is not declared."""
    folder.mkdir(parents=True, exist_ok=True)
    for index, (value, value_info) in enumerate(zip(values, value_infos, strict=True)):
        if value is None and value_info.type.WhichOneof("value") == "tensor_type":
            continue
        write_value(folder / f"{kind}_{index}.pb", value, value_info)


def read_values(folder, kind, value_infos):
    """Reads what `write_values` wrote."""
    return [read_value(folder / f"{kind}_{index}.pb", info) for index, info in enumerate(value_infos)]


def graph_inputs(graph):
    """The inputs that a caller has to give: those that are not initializers."""
    initialized = {tensor.name for tensor in graph.initializer}
    return [value_info for value_info in graph.input if value_info.name not in initialized]


def difference(expected, actual, rtol, atol, random=False):
    """What distinguishes two values, in a few words, or None. Types and shapes have to match exactly.

    Of two random values, only what chance cannot change is compared: elements where neither is zero.
    """
    if expected is None or actual is None:
        return None if expected is actual else f"{describe(actual)} instead of {describe(expected)}"
    if isinstance(expected, (list, dict)):
        if type(expected) is not type(actual) or len(expected) != len(actual):
            return f"{describe(actual)} instead of {describe(expected)}"
        if isinstance(expected, dict):
            if expected.keys() != actual.keys():
                return "other keys"
            pairs = [(expected[key], actual[key]) for key in expected]
        else:
            pairs = zip(expected, actual)
        found = (difference(a, b, rtol, atol, random) for a, b in pairs)
        return next((text for text in found if text), None)

    expected, actual = np.asarray(expected), np.asarray(actual)
    if expected.dtype.kind in "OSU" and actual.dtype.kind in "OSU":
        expected, actual = expected.astype(str), actual.astype(str)
    elif expected.dtype != actual.dtype:
        return f"{describe(actual)} instead of {describe(expected)}"
    if expected.shape != actual.shape:
        return f"{describe(actual)} instead of {describe(expected)}"
    if random:
        both = (expected != 0) & (actual != 0)
        expected, actual = expected[both], actual[both]
    if expected.dtype.kind in "biuOSU":
        wrong = expected != actual
    else:
        if expected.dtype.name == "bfloat16":
            rtol = max(rtol, 2**-6)  # two units in the last place
        wide = np.complex128 if expected.dtype.kind == "c" else np.float64
        wrong = ~np.isclose(actual.astype(wide), expected.astype(wide), rtol=rtol, atol=atol, equal_nan=True)
    if not wrong.any():
        return None
    place = tuple(int(i) for i in np.argwhere(wrong)[0])
    return (f"{np.count_nonzero(wrong)} of {wrong.size} elements differ, first at {list(place)}: "
            f"{actual[place]} instead of {expected[place]}")


def describe(value):
    """A value's type and shape."""
    if value is None:
        return "nothing"
    if isinstance(value, (list, dict)):
        return f"{'list' if isinstance(value, list) else 'map'} of {len(value)}"
    value = np.asarray(value)
    return f"{'string' if value.dtype.kind in 'OSU' else value.dtype}{list(value.shape)}"
