"""Makes the backend suite of the pinned onnx package in .cache/conformance/<suite>/<case>/, and lists its cases."""
import shutil
import sys
import warnings

import numpy as np
import onnx
import onnxdata
import toolkit
from suite import Case

SUITE = toolkit.CACHE / "conformance"
SUITE_SIZE = 2024
MANIFEST = toolkit.TOOLS / "conformance.manifest"


def collect():
    """All cases of the package: the node suite exists as code there, the others as files."""
    from onnx.backend.test.case.node import collect_testcases
    from onnx.backend.test.loader import load_model_tests
    np.random.seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        cases = collect_testcases()
    for suite in ("simple", "pytorch-converted", "pytorch-operator"):
        cases += load_model_tests(kind=suite)
    return cases


def write_case(case, folder):
    if case.model_dir:
        shutil.copytree(case.model_dir, folder)
        return
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(case.model.SerializeToString())
    graph = case.model.graph
    for index, (inputs, outputs) in enumerate(case.data_sets):
        data = folder / f"test_data_set_{index}"
        onnxdata.write_values(data, "input", inputs, graph.input)
        onnxdata.write_values(data, "output", outputs, graph.output)


def cases():
    """The cases of the suite, which is made unless it is there."""
    index = SUITE / f"cases-{onnx.__version__}.tsv"
    if not index.exists():
        print(f"making the suite of onnx {onnx.__version__} in {SUITE.relative_to(toolkit.ROOT)}", file=sys.stderr)
        shutil.rmtree(SUITE, ignore_errors=True)
        collected = sorted(collect(), key=lambda case: (case.kind, case.name))
        for case in collected:
            write_case(case, SUITE / case.kind / case.name)
        index.write_text("".join(f"{case.kind}/{case.name}\t{case.rtol}\t{case.atol}\n" for case in collected))
    rows = (line.split("\t") for line in index.read_text().splitlines())
    result = [Case(name, SUITE / name, float(rtol), float(atol)) for name, rtol, atol in rows]
    if len(result) != SUITE_SIZE:
        sys.exit(f"the suite has {len(result)} cases instead of {SUITE_SIZE}")
    return result
