#!/usr/bin/env python3
"""Compares onnx.proto with the schema in the PyPI package `onnx`; prints the differences and fails if there are any.

Needs protoc-c and the package.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from google.protobuf import descriptor_pb2
from onnx import onnx_data_pb2, onnx_ml_pb2

FIELD = descriptor_pb2.FieldDescriptorProto


def ours():
    here = Path(__file__).resolve().parent
    with tempfile.NamedTemporaryFile() as out:
        command = ["protoc-c", f"--proto_path={here}", f"--descriptor_set_out={out.name}", str(here / "onnx.proto")]
        subprocess.run(command, check=True)
        return list(descriptor_pb2.FileDescriptorSet.FromString(Path(out.name).read_bytes()).file)


def theirs():
    for module in (onnx_ml_pb2, onnx_data_pb2):
        file = descriptor_pb2.FileDescriptorProto()
        module.DESCRIPTOR.CopyToProto(file)
        yield file


def facts(files):
    """Everything a schema says, as a flat dictionary from a dotted name to a description."""
    found = {}

    def enumeration(scope, enum):
        found[f"{scope}.{enum.name}"] = "enum"
        for value in enum.value:
            found[f"{scope}.{enum.name}.{value.name}"] = f"= {value.number}"

    def message(scope, descriptor):
        name = f"{scope}.{descriptor.name}"
        found[name] = "message"
        for field in descriptor.field:
            oneof = ""
            if field.HasField("oneof_index"):
                oneof = f" in oneof {descriptor.oneof_decl[field.oneof_index].name}"
            packed = " packed" if field.options.packed else ""
            default = f" default {field.default_value!r}" if field.HasField("default_value") else ""
            found[f"{name}.{field.name}"] = (
                f"{FIELD.Label.Name(field.label)} {FIELD.Type.Name(field.type)} {field.type_name} = "
                f"{field.number}{packed}{default}{oneof}"
            )
        for span in descriptor.reserved_range:
            for number in range(span.start, span.end):
                found[f"{name}.reserved {number}"] = "reserved"
        for reserved in descriptor.reserved_name:
            found[f"{name}.reserved {reserved}"] = "reserved"
        for enum in descriptor.enum_type:
            enumeration(name, enum)
        for nested in descriptor.nested_type:
            message(name, nested)

    for file in files:
        for enum in file.enum_type:
            enumeration(file.package, enum)
        for descriptor in file.message_type:
            message(file.package, descriptor)
    return found


def main():
    mine, reference = facts(ours()), facts(theirs())
    differences = [
        f"{name}: ours {mine.get(name, 'missing')}, onnx {reference.get(name, 'missing')}"
        for name in sorted(mine.keys() | reference.keys())
        if mine.get(name) != reference.get(name)
    ]
    print("\n".join(differences) if differences else f"{len(mine)} names, numbers and types agree")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
