"""Backend suites on disk: runs their cases through onramp, and compares the failures with a manifest of the known ones.

A case is a folder with model.onnx and folders test_data_set_<i> of input_<i>.pb and output_<i>.pb. A manifest lists the
cases that do not pass, one a line, each with the reason.
"""
import collections
import json
import os
import re
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import onnxdata
import toolkit

# Cases whose outputs are drawn at random: only types, shapes and plausibility can be compared.
RANDOM = re.compile(r"node/test_(bernoulli|training_dropout(?!.*zero_ratio))")
# Cases whose every element is a sum over many that may cancel out: rounding is measured against the largest of them.
TRANSFORM = re.compile(r"node/test_(dft|stft)")

Case = collections.namedtuple("Case", "name folder rtol atol")


def add_arguments(arguments):
    arguments.add_argument("--filter", type=toolkit.pattern, default="", metavar="REGEX",
                           help="run only the cases whose name it matches")
    arguments.add_argument("--reference", action="store_true", help="run without fusion, layout and fast kernels")
    arguments.add_argument("--jobs", type=int, default=os.cpu_count(), help="how many cases to run at once")
    arguments.add_argument("--timeout", type=float, default=60, metavar="S", help="seconds a case may take")
    arguments.add_argument("--update", action="store_true", help="write the manifest anew")
    arguments.add_argument("--json", type=Path, metavar="FILE",
                           help="also write why each case fails, or null, there")
    toolkit.Onramp.add_argument(arguments)


def run_model(model, case, onramp, options=(), timeout=60, graph=None):
    """Why a model does not give what a case expects, or None. `graph` names the case's outputs; by default the model's
    own do."""
    graph = graph or onnx.load(model, load_external_data=False).graph
    try:
        for data in sorted(case.folder.glob("test_data_set_*")):
            with tempfile.TemporaryDirectory() as output:
                onramp("run", model, "--inputs", data, "--output-dir", output, "--format", "pb", "--threads", "1",
                       *options, timeout=timeout)
                reason = compare(case, graph, data, Path(output))
                if reason:
                    return reason
    except toolkit.Onramp.Failure as failure:
        return str(failure)
    return None


def compare(case, graph, data, output):
    for index, value_info in enumerate(graph.output):
        file = f"output_{index}.pb"
        if not (output / file).exists():
            return f"output {value_info.name}: {file} was not written"
        try:
            expected = onnxdata.read_value(data / file, value_info)
        except Exception as error:  # whatever the parser says about a file that is wrong
            return f"output {value_info.name}: the suite's {file} cannot be read: {toolkit.one_line(error)}"
        try:
            actual = onnxdata.read_value(output / file, value_info)
        except Exception as error:
            return f"output {value_info.name}: {file} cannot be read: {toolkit.one_line(error)}"
        atol = case.atol
        if TRANSFORM.search(case.name):
            atol = max(atol, np.finfo(expected.dtype).eps * np.abs(expected).max())
        text = onnxdata.difference(expected, actual, case.rtol, atol, RANDOM.search(case.name) is not None)
        if text:
            return f"output {value_info.name}: {text}"
    return None


def in_parallel(function, items, jobs):
    """The results of calls that mostly wait for a process, in order."""
    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(function, items))


def read_manifest(path):
    if not path.exists():
        return {}
    lines = (line for line in path.read_text().splitlines() if line and not line.startswith("#"))
    return dict((line.split(maxsplit=1) + [""])[:2] for line in lines)


def write_manifest(path, title, known):
    path.write_text(f"# {title}\n" + "".join(f"{name}  {known[name]}\n" for name in sorted(known)))


def run(everything, manifest, title, options, keep_reasons=False):
    """Runs the cases that the options choose, prints what contradicts the manifest, and ends the tool.

    It is an error if a case fails that the manifest does not list, and also if one that it lists passes. With
    `keep_reasons` an update of the manifest leaves the reasons of cases as they are that it lists already.
    """
    onramp = toolkit.Onramp(options.onramp)
    cases = [case for case in everything if options.filter.search(case.name)]
    flags = ["--reference"] if options.reference else []

    def timed(case):
        start = time.monotonic()
        return run_model(case.folder / "model.onnx", case, onramp, flags, options.timeout), time.monotonic() - start

    results = in_parallel(timed, cases, options.jobs)
    failures = {case.name: reason for case, (reason, _) in zip(cases, results) if reason}
    if options.json:
        options.json.write_text(json.dumps({case.name: failures.get(case.name) for case in cases}, indent=0))

    known = read_manifest(manifest)
    if options.update:
        chosen = {case.name for case in cases}
        exists = {case.name for case in everything}
        reasons = {name: known.get(name, why) if keep_reasons else why for name, why in failures.items()}
        known = {name: reason for name, reason in known.items() if name in exists - chosen} | reasons
        write_manifest(manifest, title, known)
    wrong = 0
    for case in cases:
        if case.name in failures and case.name not in known:
            print(f"FAIL {case.name}: {failures[case.name]}")
        elif case.name in known and case.name not in failures:
            print(f"FAIL {case.name}: passes, but is in the manifest; call the tool with --update")
        else:
            continue
        wrong += 1
    for name in sorted(known.keys() - {case.name for case in everything}):
        print(f"FAIL {name}: is in the manifest, but not in the suite; call the tool with --update")
        wrong += 1

    print("slowest:")
    times = ((seconds, case.name) for case, (_, seconds) in zip(cases, results))
    for seconds, name in sorted(times, reverse=True)[:10]:
        print(f"  {seconds:.1f} s  {name}")
    print(f"{len(cases) - len(failures)} of {len(cases)} cases give the results expected")
    toolkit.verdict(len(cases) - wrong, wrong)
