"""Nodes that run bodies: each body is made of small operators drawn for it."""
import numpy as np
from onnx import helper

from draws import INTEGERS, Draw, draws, element_kind, element_of, type_named, types_allowed, wrong

# What bodies compute with.
ARITHMETIC = ("float32", "float64", "float16", "bfloat16", *INTEGERS)

# What ONNX Runtime computes with in bodies.
COMMON = ("float32", "float64", "int32", "int64")


class Plan:
    """A body: nodes drawn once, which may be named with any prefix.

    Names are places: "c0" is a value of the outer graph, "v0" a parameter of the body, "t0" what a node gives.
    """

    def __init__(self, dice, dtype, known):
        self.dice, self.dtype, self.known, self.nodes = dice, dtype, list(known), []

    def add(self, operator, *inputs, **attributes):
        name = f"t{len(self.nodes)}"
        self.nodes.append((operator, inputs, name, attributes))
        return name

    def compute(self):
        """A few nodes on what is known, all of one shape; gives the last one's result."""
        dice, chosen = self.dice, self.dice.choice(self.known)
        for _ in range(dice.integer(1, 3)):
            if self.dtype not in ARITHMETIC:
                chosen = self.add("Identity", dice.choice(self.known))
            elif dice.chance(0.3):
                chosen = self.add("Abs", chosen)
            else:
                chosen = self.add(dice.choice(("Add", "Sub", "Max", "Min")), chosen, dice.choice(self.known))
            self.known.append(chosen)
        return chosen

    def graph(self, prefix, body, parameters, results):
        """The body as a graph; parameters and results are pairs of a place and a type."""
        own = f"{prefix}{body}_"
        def name(place):
            return prefix + place if place[0] == "c" else own + place
        nodes, returned = [], []
        for operator, inputs, output, attributes in self.nodes:
            nodes.append(helper.make_node(operator, [name(place) for place in inputs], [name(output)], **attributes))
        for place, kind in results:
            returned.append(helper.make_value_info(name(place), kind))
        return helper.make_graph(nodes, body, [helper.make_value_info(name(place), kind) for place, kind in parameters],
                                 returned)


def tensor(dtype, shape=None):
    return helper.make_tensor_type_proto(element_kind(dtype), shape)


@draws("If")
def conditional(dice, op):
    text, count = dice.turn("V"), dice.integer(1, 3)
    dtype = element_of(text)
    if "seq(" in text and dtype not in types_allowed("SequenceConstruct", "T"):
        text = f"tensor({text.rsplit('(', 1)[1].rstrip(')')})"  # nothing makes such a sequence in a body
    kind = type_named(text)
    shape = dice.shape(0, 4)
    captured = [dice.array(shape, dtype) for _ in range(dice.integer(1, 3))]
    attributes = {}
    for branch in ("then_branch", "else_branch"):
        plan = Plan(dice, dtype, [f"c{i}" for i in range(len(captured))])
        results = [plan.compute() for _ in range(count)]
        if "seq(" in text:
            results = [plan.add("SequenceConstruct", *dice.choice(([result], [result, result]))) for result in results]
        if text.startswith("optional"):
            results = [plan.add("Optional", result) for result in results]
        attributes[branch] = lambda prefix, plan=plan, results=results, kind=kind, branch=branch: plan.graph(
            prefix, branch, [], [(result, kind) for result in results])
    told = {i: kind for i in range(count)} if text.startswith("optional") else {}
    condition = np.array(dice.chance()).reshape(dice.choice(((), (1,))))
    return Draw([condition], attributes, (True,) * count, captured=captured, widen=False, result_types=told)


@draws("Loop")
def loop(dice, op):
    dtype = dice.type("V")
    shape = dice.shape(0, 3)
    states = [dice.array(shape, dtype) for _ in range(dice.integer(1, 3))]
    captured = [dice.array(shape, dtype) for _ in range(dice.integer(1, 2))]
    known = [f"v{i + 2}" for i in range(len(states))]
    plan = Plan(dice, dtype, known + [f"c{i}" for i in range(len(captured))])
    results = [plan.compute() for _ in states]
    kinds = [tensor(dtype)] * len(states)
    collected = dice.chance(0.2) and dtype in types_allowed("SequenceConstruct", "T")
    if collected:  # a state that grows by an element in each turn
        results.append(plan.add("SequenceInsert", f"v{len(states) + 2}", results[0]))
        states.append([dice.array(shape, dtype)])
        kinds.append(helper.make_sequence_type_proto(tensor(dtype)))
    stacked = [plan.compute() for _ in range(dice.integer(0, 2) if dtype in COMMON else 0)]
    trips = np.array(dice.integer(1, 5)).reshape(dice.choice(((), (1,))))
    # Two in three loops end by their own condition, before as many turns or after. Where no condition goes in, the
    # standard lets the body's count for nothing, and ONNX Runtime does not.
    ending = dice.choice(("cond", "compare", "compare"))
    if ending == "compare":
        last = plan.add("Constant", value_int=dice.integer(0, 4))
        condition = plan.add("Less", "v0", last)
        trips = trips if dice.chance() else None
    else:
        condition = plan.add("Identity", "v1")
    start = np.array(dice.chance(0.9) if not stacked else True)
    count = len(states) + len(stacked)
    start = start if ending == "compare" or dtype not in COMMON else dice.maybe(start)
    wanted = [bool(stacked) or start is None or dice.chance(0.8) for _ in range(count)]
    wanted[dice.integer(0, count - 1)] = True
    parameters = [("v0", tensor("int64", [])), ("v1", tensor("bool", []))]
    parameters += [(f"v{i + 2}", kind) for i, kind in enumerate(kinds)]
    returned = [(condition, tensor("bool", [])), *zip(results, kinds), *((place, tensor(dtype)) for place in stacked)]
    return Draw([trips, start, *states],
                {"body": lambda prefix: plan.graph(prefix, "body", parameters, returned)}, tuple(wanted),
                # ONNX Runtime crashes where a result is left out; onnx.reference joins what is
                # to be stacked, and takes no turn without a condition.
                references=("ort",) if stacked or start is None else ("onnx",), captured=captured, widen=False,
                # Where terms cancel, what is left is the rounding that bodies computed with 32 bits do not have.
                tolerances={"float16": (4e-3, 2e-3), "bfloat16": (2e-2, 2e-2)})


@draws("Scan")
def scan(dice, op):
    dtype = dice.type("V")
    shape, steps = dice.shape(0, 3, empty=0), dice.integer(1, 5)
    states = [dice.array(shape, dtype) for _ in range(dice.integer(0, 2))]
    axes, scanned = [], []
    # onnx.reference knows no other axes and directions than the usual ones.
    common = dtype in COMMON
    for _ in range(dice.integer(1, 3)):
        axis = dice.integer(0, len(shape)) if common else 0
        scanned.append(dice.array((*shape[:axis], steps, *shape[axis:]), dtype))
        axes.append(axis - (len(shape) + 1 if common and dice.chance(0.3) else 0))
    captured = [dice.array(shape, dtype) for _ in range(dice.integer(0, 1))]
    count = len(states) + len(scanned)
    plan = Plan(dice, dtype, [f"v{i}" for i in range(count)] + [f"c{i}" for i in range(len(captured))])
    results = [plan.compute() for _ in states]
    stacked = [plan.compute() for _ in range(dice.integer(0 if states else 1, 2))]
    attributes = {
        "num_scan_inputs": len(scanned),
        "scan_input_axes": axes if any(axes) else dice.maybe(axes),
        "scan_input_directions": dice.maybe([dice.integer(0, common) for _ in scanned]),
        "scan_output_axes": dice.maybe([dice.integer(-len(shape) - 1, len(shape)) * common for _ in stacked] or None),
        "scan_output_directions": dice.maybe([dice.integer(0, common) for _ in stacked] or None),
        "body": lambda prefix: plan.graph(prefix, "body", [(f"v{i}", tensor(dtype, shape)) for i in range(count)],
                                          [(place, tensor(dtype, shape)) for place in (*results, *stacked)]),
    }
    return Draw([*states, *scanned], attributes, (True,) * (len(states) + len(stacked)), captured=captured, widen=False)


@draws("SequenceMap")
def sequence_map(dice, op):
    dtype, length = dice.type("S"), dice.integer(1, 4)
    shape = dice.shape(0, 3)
    inputs = [[dice.array(shape, dtype) for _ in range(length)]]
    for _ in range(dice.integer(0, 2)):  # a tensor goes to each call, a sequence gives one element to each
        one = dice.array(shape, dtype)
        inputs.append(one if dice.chance() else [one, *(dice.array(shape, dtype) for _ in range(length - 1))])
    captured = [dice.array(shape, dtype) for _ in range(dice.integer(0, 1))]
    plan = Plan(dice, dtype, [f"v{i}" for i in range(len(inputs))] + [f"c{i}" for i in range(len(captured))])
    results = [plan.compute() for _ in range(dice.integer(1, 2))]
    return Draw(inputs, {"body": lambda prefix: plan.graph(
        prefix, "body", [(f"v{i}", tensor(dtype)) for i in range(len(inputs))],
        [(place, tensor(dtype)) for place in results])}, (True,) * len(results), captured=captured, widen=False)


wrong("ort", "Loop", reason="stacks empty strings",
      when=lambda draw, results: draw.inputs[2].dtype == object)
wrong("onnx", "Scan", reason="stacks along the first axis for a negative one",
      when=lambda draw, results: min(draw.attributes.get("scan_output_axes") or [0]) < 0)
wrong("onnx", "Scan", reason="walks along the first axis for a negative one",
      when=lambda draw, results: min(draw.attributes.get("scan_input_axes") or [0]) < 0)
