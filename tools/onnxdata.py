"""Reads, writes and compares values in ONNX's test layout: `input_<i>.pb` and `output_<i>.pb` in a folder."""
import numpy as np
import onnx
from onnx import MapProto, OptionalProto, SequenceProto, TensorProto, numpy_helper

PROTOS = {"sequence_type": SequenceProto, "map_type": MapProto, "optional_type": OptionalProto}


def read_value(path, value_info):
    """The value in a file: an array, a list, a dictionary or None, by the type of the graph's input or output."""
    proto = PROTOS.get(value_info.type.WhichOneof("value"), TensorProto)()
    proto.ParseFromString(path.read_bytes())
    return from_proto(proto)


def from_proto(proto):
    """The value that a proto of any kind holds."""
    if isinstance(proto, TensorProto):
        return numpy_helper.to_array(proto)
    if isinstance(proto, SequenceProto):
        return [from_proto(element) for element in (*proto.tensor_values, *proto.sequence_values, *proto.map_values)]
    if isinstance(proto, MapProto):
        keys = [key.decode() for key in proto.string_keys] or proto.keys
        return dict(zip(keys, from_proto(proto.values), strict=True))
    values = {OptionalProto.TENSOR: proto.tensor_value, OptionalProto.SEQUENCE: proto.sequence_value,
              OptionalProto.MAP: proto.map_value}
    return from_proto(values[proto.elem_type]) if proto.elem_type in values else None


def to_proto(value, kind):
    """A value as the proto that its type asks for."""
    name = kind.WhichOneof("value")
    if isinstance(value, TensorProto):
        return value
    if name == "sequence_type":
        of = kind.sequence_type.elem_type
        proto = SequenceProto(elem_type=getattr(SequenceProto, element_name(of)))
        for element in value:
            getattr(proto, element_field(of)).append(to_proto(element, of))
    elif name == "map_type":
        of, key = kind.map_type.value_type, kind.map_type.key_type
        elements = SequenceProto(elem_type=getattr(SequenceProto, element_name(of)))
        for element in value.values():
            getattr(elements, element_field(of)).append(to_proto(element, of))
        proto = MapProto(key_type=key, values=elements)
        if key == TensorProto.STRING:
            proto.string_keys.extend(text.encode() for text in value)
        else:
            proto.keys.extend(value)
    elif name == "optional_type":
        of = kind.optional_type.elem_type
        if value is None:
            return OptionalProto(elem_type=OptionalProto.UNDEFINED)
        proto = OptionalProto(elem_type=getattr(OptionalProto, element_name(of)))
        getattr(proto, element_field(of).removesuffix("s")).CopyFrom(to_proto(value, of))
    else:
        dtype = onnx.helper.tensor_dtype_to_np_dtype(kind.tensor_type.elem_type)
        proto = numpy_helper.from_array(np.asarray(value, object if dtype.kind in "OSU" else dtype))
    return proto


def element_name(kind):
    """What the protos of sequences, maps and optionals call a kind of element."""
    return kind.WhichOneof("value").removesuffix("_type").upper()


def element_field(kind):
    """The field of a sequence's proto for a kind of element; without the plural, that of an optional's."""
    return f"{element_name(kind).lower()}_values"


def write_value(path, value, value_info):
    """Writes a value as the proto that the type of the graph's input or output asks for."""
    proto = to_proto(value, value_info.type)
    if proto is not value:
        proto.name = value_info.name
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


def difference(expected, actual, rtol, atol, random=False, steps=0, zeros=False):
    """What distinguishes two values, in a few words, or None. Types and shapes have to match exactly.

    Integers may differ by `steps`; with `zeros`, zeros have to have the same sign. Of two random values, only what
    chance cannot change is compared: elements where neither is zero.
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
        found = (difference(a, b, rtol, atol, random, steps, zeros) for a, b in pairs)
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
    if expected.dtype.kind in "iu" and steps:
        wrong = abs(expected.astype(object) - actual.astype(object)) > steps
    elif expected.dtype.kind in "biuOSU":
        wrong = expected != actual
    else:
        units = {"float16": 2**-10, "bfloat16": 2**-7}
        if rtol and expected.dtype.name in units:
            # Two results within one unit in the last place of the true one may be two apart.
            rtol = max(rtol, 2 * units[expected.dtype.name])
        wide = np.complex128 if expected.dtype.kind == "c" else np.float64
        with np.errstate(invalid="ignore"):  # at casting what is not a number
            wrong = ~np.isclose(actual.astype(wide), expected.astype(wide), rtol=rtol, atol=atol, equal_nan=True)
        if zeros and expected.dtype.kind != "c":
            expected_sign, sign = (np.signbit(value.astype(wide)) for value in (expected, actual))
            wrong |= (expected == 0) & (expected_sign != sign)
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
