#!/usr/bin/env python3
"""Reads and writes, with Onramp, every model and value of ONNX's backend suite, and arrays as NumPy saves them.

The models are those of the PyPI package `onnx`: all node cases, and the models in its data folders. A copy must be
equal to its original when the package parses both. `--keep DIR` leaves the files there; `--extra FILE` adds a model.
"""

import argparse
import io
import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy
import onnx
from onnx import numpy_helper
from onnx.backend.test.loader import DATA_DIR, load_model_tests

ROOT = Path(__file__).resolve().parent.parent
MESSAGES = {
    "model": onnx.ModelProto,
    "tensor": onnx.TensorProto,
    "sequence": onnx.SequenceProto,
    "optional": onnx.OptionalProto,
    "map": onnx.MapProto,
}


def value_message(value):
    """The message for a test case's value, or None where the suite's own tool has none."""
    if isinstance(value, (onnx.TensorProto, onnx.SequenceProto, onnx.OptionalProto, onnx.MapProto)):
        return value
    if isinstance(value, dict):
        return numpy_helper.from_dict(value)
    if isinstance(value, list):
        return numpy_helper.from_list(value)
    if value is None:
        return numpy_helper.from_optional(value)
    return numpy_helper.from_array(numpy.asarray(value))


def kind_of(message):
    return next(kind for kind, type_ in MESSAGES.items() if isinstance(message, type_))


def cases():
    """Pairs of a file name, whose last but one part is the kind of message, and the bytes."""
    for kind in ("node", "simple", "pytorch-converted", "pytorch-operator"):
        for case in load_model_tests(kind=kind):
            if case.model is not None:
                yield f"{kind}.{case.name}.model.onnx", case.model.SerializeToString()
            else:
                yield f"{kind}.{case.name}.model.onnx", (Path(case.model_dir) / "model.onnx").read_bytes()
            for number, (inputs, outputs) in enumerate(case.data_sets or []):
                for side, values in (("input", inputs), ("output", outputs)):
                    for index, value in enumerate(values):
                        message = value_message(value)
                        yield (
                            f"{kind}.{case.name}.{number}.{side}_{index}.{kind_of(message)}.pb",
                            message.SerializeToString(),
                        )
    for path in sorted(Path(DATA_DIR, "light").glob("*.onnx")):
        yield f"light.{path.stem}.model.onnx", path.read_bytes()
    yield from arrays()


def arrays():
    """Files of NumPy's: every type that Onramp has too, in shapes and orders of several kinds."""
    names = "bool i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8 c8 c16 U3 S3".split()
    for name in names:
        for shape in ((), (0,), (5,), (2, 3), (2, 3, 4), (1, 0, 2)):
            for order in "CF":
                if order == "F" and name in ("U3", "S3"):
                    continue
                array = numpy.arange(numpy.prod(shape, dtype=int)).reshape(shape).astype(name, order=order)
                file = io.BytesIO()
                numpy.save(file, array)
                yield f"{name}.{len(shape)}.{array.size}.{order}.array.npy", file.getvalue()


def meaning(message):
    """What two value files must agree in: the arrays, whatever fields they lie in."""
    if isinstance(message, onnx.TensorProto):
        array = numpy_helper.to_array(message)
        content = list(array.flatten()) if array.dtype == object else array.tobytes()
        return (message.name, message.data_type, array.shape, content)
    if isinstance(message, onnx.SequenceProto):
        fields = (message.tensor_values, message.sequence_values, message.map_values, message.optional_values)
        return (message.elem_type, [[meaning(item) for item in field] for field in fields])
    if isinstance(message, onnx.OptionalProto):
        names = ("tensor_value", "sequence_value", "map_value", "optional_value")
        return [meaning(getattr(message, name)) if message.HasField(name) else None for name in names]
    return (message.key_type, list(message.keys), list(message.string_keys), meaning(message.values))


def same(kind, original, copy):
    if kind == "array":
        original, copy = numpy.load(io.BytesIO(original)), numpy.load(io.BytesIO(copy))
        if original.dtype.kind in "US":
            # Strings come back as characters, in as much room as the longest takes.
            return original.shape == copy.shape and (original.astype("U3") == copy.astype("U3")).all()
        return original.dtype == copy.dtype and numpy.array_equal(original, copy)
    original, copy = MESSAGES[kind].FromString(original), MESSAGES[kind].FromString(copy)
    if kind == "model":
        # Not ==, by which a NaN differs from itself.
        return original.SerializeToString(deterministic=True) == copy.SerializeToString(deterministic=True)
    original.name = copy.name = ""
    return meaning(original) == meaning(copy)


def run(folder, extra):
    source, target = folder / "in", folder / "out"
    source.mkdir(parents=True, exist_ok=True)
    target.mkdir(exist_ok=True)
    for name, content in cases():
        (source / name).write_bytes(content)
    for path in extra:
        (source / f"extra.{path.name}.model.onnx").write_bytes(path.read_bytes())

    environment = dict(os.environ, ONRAMP_ROUNDTRIP_DIR=str(folder))
    command = ["swift", "test", "--package-path", str(ROOT), "--filter", "RoundTripTests"]
    subprocess.run(command, check=True, env=environment)

    counts, failures = {}, []
    for path in sorted(source.iterdir()):
        kind = path.name.split(".")[-2]
        counts[kind] = counts.get(kind, 0) + 1
        copy = target / path.name
        if not copy.exists() or not same(kind, path.read_bytes(), copy.read_bytes()):
            failures.append(path.name)
    print("\n".join(f"differs: {name}" for name in failures))
    print(", ".join(f"{count} {kind}s" for kind, count in sorted(counts.items())), f"of which {len(failures)} differ")
    return 1 if failures else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--extra", type=Path, action="append", default=[])
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    if arguments.keep:
        return run(arguments.keep, arguments.extra)
    with tempfile.TemporaryDirectory() as folder:
        return run(Path(folder), arguments.extra)


if __name__ == "__main__":
    sys.exit(main())
