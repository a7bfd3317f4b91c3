"""Classical machine learning."""
import numpy as np
import onnx
from onnx import helper

from draws import Draw, draws, dtype_named, element_kind, int64s, is_float, wrong

ML = "ai.onnx.ml."
# Regressors take other types than float only to compute with float.
AS_FLOAT = {name: "float32" for name in ("int32", "int64", "float64")}
TRANSFORMS = (None, "NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT")


def reals(dice, count, low=-2, high=2):
    return [dice.real(low, high) for _ in range(count)]


def labels(dice, count, strings="classlabels_strings", integers="classlabels_ints"):
    """An attribute with the names of classes: strings or integers."""
    if dice.chance():
        return {strings: [f"class {i}" for i in dice.numbers.permutation(count)]}
    return {integers: [int(i) * 3 - 4 for i in dice.numbers.permutation(count)]}


@draws(ML + "Binarizer")
def binarizer(dice, op):
    return Draw([dice.array(dice.shape(), dice.type())], {"threshold": dice.maybe(dice.real(-1, 1))},
                references=("ort", "onnx"))


@draws(ML + "Normalizer")
def normalizer(dice, op):
    shape = dice.integers(1, 6, dice.integer(1, 2))
    return Draw([dice.array(shape, dice.type())], {"norm": dice.choice((None, "MAX", "L1", "L2"))},
                references=("ort", "onnx"))


@draws(ML + "Imputer")
def imputer(dice, op):
    n, c, dtype = dice.integer(1, 5), dice.integer(1, 6), dice.type()
    x, count = dice.array((n, c), dtype), dice.choice((1, c))
    if is_float(dtype):
        nan = dice.chance()
        x[dice.numbers.random(x.shape) < 0.3] = np.nan if nan else 1.5
        return Draw([x], {"imputed_value_floats": reals(dice, count), "replaced_value_float": np.nan if nan else 1.5},
                    references=("ort", "onnx"))
    return Draw([x], {"imputed_value_int64s": dice.integers(-5, 5, count), "replaced_value_int64": dice.integer(-2, 2)},
                references=("ort", "onnx"))


@draws(ML + "Scaler")
def scaler(dice, op):
    shape = dice.integers(1, 6, dice.integer(1, 2))
    counts = [dice.choice((1, shape[-1]))] * 2
    return Draw([dice.array(shape, dice.type())],
                {"offset": reals(dice, counts[0]), "scale": reals(dice, counts[1], 0.5)}, references=("ort", "onnx"))


@draws(ML + "ArrayFeatureExtractor")
def array_feature_extractor(dice, op):
    shape = dice.shape(1, 3, empty=0)
    return Draw([dice.array(shape, dice.type()), int64s(dice.integers(0, shape[-1] - 1, dice.integer(1, 4)))],
                references=("ort", "onnx"))


@draws(ML + "FeatureVectorizer")
def feature_vectorizer(dice, op):
    dtype, n = dice.type("T1"), dice.integer(1, 4)
    widths = dice.integers(1, 4, dice.integer(1, 4))
    return Draw([dice.array((n, width), dtype) for width in widths], {"inputdimensions": widths},
                references=("ort", "onnx"))


@draws(ML + "CategoryMapper")
def category_mapper(dice, op):
    words, numbers = ["a", "B", "ab", ""], [3, -1, 0, 2**40]
    known = dice.integer(1, 4)
    attributes = {"cats_strings": words[:known], "cats_int64s": numbers[:known],
                  "default_string": dice.maybe("other"), "default_int64": dice.maybe(7)}
    if dice.type("T1") == "str":
        return Draw([dice.array(dice.shape(), "str")], attributes, references=("ort", "onnx"))
    shape = dice.shape()
    return Draw([int64s([dice.choice(numbers) for _ in range(int(np.prod(shape)))]).reshape(shape)], attributes,
                references=("ort", "onnx"))


@draws(ML + "LabelEncoder")
def label_encoder(dice, op):
    key, value = dice.type("T1"), dice.type("T2")
    def some(dtype):
        if dtype == "str":
            return ["a", "B", "ab", ""]
        return [0.5, 1.0, -2.0, 7.25] if is_float(dtype) else [1, -2, 3, 100]
    known, shape = dice.integer(1, 3), dice.shape()
    x = np.array([dice.choice(some(key)) for _ in range(int(np.prod(shape)))], dtype_named(key)).reshape(shape)
    attributes = {}
    names = {"str": "strings", "int64": "int64s", "float32": "floats"}
    listed = key in names and value in names and dice.chance(0.7)
    for role, dtype in (("keys", key), ("values", value)):
        elements = some(dtype)[:known]
        if listed:
            attributes[f"{role}_{names[dtype]}"] = elements
        else:
            attributes[f"{role}_tensor"] = onnx.numpy_helper.from_array(np.array(elements, dtype_named(dtype)))
    if listed:
        defaults = {"str": ("default_string", "none"), "int64": ("default_int64", 5), "float32": ("default_float", 2.5)}
        if dice.chance():
            attributes |= [defaults[value]]
    else:
        attributes["default_tensor"] = onnx.numpy_helper.from_array(np.array(some(value)[3:], dtype_named(value)))
    return Draw([x], attributes, references=("ort", "onnx"))


@draws(ML + "OneHotEncoder")
def one_hot_encoder(dice, op):
    dtype = dice.type()
    known = dice.integer(1, 6)
    if dtype == "str":
        words = ["", "a", "B", "ab", "a b", "Ünï", "x,y", " z "]
        attributes, all_known = {"cats_strings": words[:known]}, known == len(words)
        x = dice.array(dice.shape(1, 3), dtype)
    else:
        attributes, all_known = {"cats_int64s": [5, 0, 4, 1, 3, 2][:known]}, known == 6
        x = np.trunc(dice.array(dice.shape(1, 3), dtype, 0, 5)).astype(dtype)
    return Draw([x], attributes | {"zeros": dice.maybe(1) if all_known else 1}, references=("ort", "onnx"))


@draws(ML + "LinearRegressor")
def linear_regressor(dice, op):
    n, c, targets = dice.integer(1, 5), dice.integer(1, 6), dice.integer(1, 3)
    return Draw([dice.array((n, c), dice.type())],
                {"coefficients": reals(dice, c * targets), "targets": targets if targets > 1 else dice.maybe(1),
                 "intercepts": dice.maybe(reals(dice, targets)),
                 "post_transform": dice.choice((None, "NONE", "SOFTMAX") if targets > 1 else (None, "NONE"))},
                references=("ort", "onnx"), widen=AS_FLOAT)


@draws(ML + "LinearClassifier")
def linear_classifier(dice, op):
    n, c, classes = dice.integer(1, 5), dice.integer(1, 6), dice.integer(3, 5)
    return Draw([dice.array((n, c), dice.type("T1"))],
                {"coefficients": reals(dice, c * classes), "intercepts": reals(dice, classes),
                 "multi_class": dice.flag(), "post_transform": dice.choice(TRANSFORMS[:4])} | labels(dice, classes),
                (True, True), references=("ort", "onnx"))


def kernel(dice):
    """Attributes that say how support vectors compare with a row."""
    return {"kernel_type": dice.choice((None, "LINEAR", "POLY", "RBF", "SIGMOID")),
            "kernel_params": [dice.real(0.05, 0.5), dice.real(-0.5, 0.5), float(dice.integer(1, 3))]}


@draws(ML + "SVMRegressor")
def svm_regressor(dice, op):
    n, c, vectors = dice.integer(1, 5), dice.integer(1, 5), dice.integer(1, 5)
    attributes = kernel(dice) | {"rho": reals(dice, 1), "one_class": dice.flag(), "n_supports": vectors,
                                 "coefficients": reals(dice, vectors), "support_vectors": reals(dice, vectors * c),
                                 "post_transform": dice.choice((None, "NONE"))}
    return Draw([dice.array((n, c), dice.type())], attributes, references=("ort", "onnx"), widen=AS_FLOAT)


@draws(ML + "SVMClassifier")
def svm_classifier(dice, op):
    n, c, classes = dice.integer(1, 5), dice.integer(1, 5), dice.integer(2, 4)
    pairs = classes * (classes - 1) // 2
    attributes = kernel(dice) | labels(dice, classes)
    each = dice.integers(1, 3, classes)
    count = sum(each)
    # ONNX Runtime has rules of its own where no coefficient is negative.
    coefficients = [dice.real(-2, -0.1), *reals(dice, count * (classes - 1) - 1)]
    attributes |= {"vectors_per_class": each, "support_vectors": reals(dice, count * c),
                   "coefficients": coefficients, "rho": reals(dice, pairs)}
    if dice.chance(0.4):
        attributes |= {"prob_a": reals(dice, pairs, -2, -0.5), "prob_b": reals(dice, pairs, -0.5, 0.5)}
    attributes["post_transform"] = dice.choice((None, "NONE"))
    return Draw([dice.array((n, c), dice.type("T1"))], attributes, (True, True), references=("ort", "onnx"))


def grown_tree(dice, depth):
    """A tree of nested pairs; a leaf is None."""
    if depth == 0 or dice.chance(0.25):
        return None
    return grown_tree(dice, depth - 1), grown_tree(dice, depth - 1)


MODES = ("BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ")


@draws(ML + "TreeEnsembleRegressor", ML + "TreeEnsembleClassifier")
def old_trees(dice, op):
    classifier = op.endswith("Classifier")
    n, features, targets = dice.integer(1, 5), dice.integer(1, 4), dice.integer(2 if classifier else 1, 3)
    rows, leaves = [], []
    mode = dice.choice(MODES[:4])
    aggregate = dice.choice((None, "SUM", "AVERAGE", "MIN", "MAX"))
    base = dice.maybe(reals(dice, targets))
    # What a target without votes gets is not defined, and ONNX Runtime never elects a class without.
    everywhere = classifier or base or aggregate in ("MIN", "MAX")

    def add(tree, number, tree_number):
        """Enters a tree's nodes from a number on; gives the next free one."""
        if tree is None:
            rows.append((tree_number, number, 0, 0.0, "LEAF", 0, 0, 0))
            leaves.extend((tree_number, number, target, dice.real(-1, 1)) for target in range(targets)
                          if target == 0 or everywhere or dice.chance(0.6))
            return number + 1
        place = len(rows)
        rows.append(None)
        middle = add(tree[0], number + 1, tree_number)
        end = add(tree[1], middle, tree_number)
        rows[place] = (tree_number, number, dice.integer(0, features - 1), float(dice.integer(-2, 2)),
                       mode if dice.chance(0.7) else dice.choice(MODES), number + 1, middle, dice.integer(0, 1))
        return end

    for tree_number in range(dice.integer(1, 4)):
        add(grown_tree(dice, 3), 0, tree_number)
    columns = [list(column) for column in zip(*rows)]
    attributes = dict(zip(("nodes_treeids", "nodes_nodeids", "nodes_featureids", "nodes_values", "nodes_modes",
                           "nodes_truenodeids", "nodes_falsenodeids", "nodes_missing_value_tracks_true"), columns))
    prefix = "class" if classifier else "target"
    attributes |= {f"{prefix}_{key}": list(column) for key, column in
                   zip(("treeids", "nodeids", "ids", "weights"), zip(*leaves))}
    dtype = dice.type("T1" if classifier else "T")
    x = dice.array((n, features), dtype)
    if dice.chance() and is_float(dtype):  # so that splits meet their values
        x = np.round(x)
    if is_float(dtype) and not (classifier and targets == 2):  # onnx.reference sends them elsewhere
        x[dice.numbers.random(x.shape) < 0.1] = np.nan
    attributes["base_values"] = base
    if classifier:
        attributes |= labels(dice, targets, integers="classlabels_int64s")
        attributes["post_transform"] = dice.choice(TRANSFORMS[:4]) if targets > 2 else dice.choice(TRANSFORMS[:2])
        # ONNX Runtime has rules of its own for two classes.
        return Draw([x], attributes, (True, True), references=("ort", "onnx") if targets > 2 else ("onnx",))
    attributes |= {"n_targets": targets, "aggregate_function": aggregate,
                   "post_transform": dice.choice(TRANSFORMS[:2])}
    return Draw([x], attributes, references=("ort", "onnx"), widen=AS_FLOAT)


@draws(ML + "TreeEnsemble")
def tree_ensemble(dice, op):
    n, features, targets = dice.integer(1, 5), dice.integer(1, 4), dice.integer(1, 3)
    dtype = dice.type()
    nodes, leaves, roots, members = [], [], [], []

    def child(tree):
        """Enters a tree; gives its place and whether it is a leaf."""
        if tree is None:
            leaves.append((dice.integer(0, targets - 1), dice.real(-1, 1)))
            return len(leaves) - 1, 1
        place = len(nodes)
        nodes.append(None)
        mode = dice.choice((0, 0, 1, 2, 3, 4, 5))
        feature, split, missing = dice.integer(0, features - 1), float(dice.integer(-2, 2)), dice.integer(0, 1)
        (yes, yes_leaf), (no, no_leaf) = child(tree[0]), child(tree[1])
        nodes[place] = (feature, split, mode, yes, yes_leaf, no, no_leaf, missing)
        return place, 0

    for _ in range(dice.integer(1, 4)):
        tree = grown_tree(dice, 3) or (None, None)
        roots.append(child(tree)[0])
    feature, split, mode, yes, yes_leaf, no, no_leaf, missing = (list(column) for column in zip(*nodes))
    def stored(values, kind=dtype):
        return onnx.numpy_helper.from_array(np.array(values, dtype_named(kind)))
    sets = {}
    if dice.chance(0.3):  # some nodes ask whether the value is one of several
        for i in range(len(mode)):
            if dice.chance(0.3):
                mode[i], sets[i] = 6, sorted(set(dice.integers(-2, 2, dice.integer(1, 3))))
                members += [*map(float, sets[i]), np.nan]
    aggregate = dice.choice((None, 0, 1, 2, 3))
    attributes = {"tree_roots": roots, "nodes_featureids": feature, "nodes_splits": stored(split),
                  "nodes_modes": stored(mode, "uint8"), "nodes_truenodeids": yes, "nodes_trueleafs": yes_leaf,
                  "nodes_falsenodeids": no, "nodes_falseleafs": no_leaf,
                  "nodes_missing_value_tracks_true": dice.maybe(missing),
                  "leaf_targetids": [leaf[0] for leaf in leaves], "leaf_weights": stored([leaf[1] for leaf in leaves]),
                  "n_targets": targets, "aggregate_function": aggregate,
                  "membership_values": stored(members) if members else None, "post_transform": dice.maybe(0)}
    x = np.round(dice.array((n, features), dtype)) if dice.chance() else dice.array((n, features), dtype)
    if not members:
        x[dice.numbers.random(x.shape) < 0.1] = np.nan
        return Draw([x], attributes, references=("ort", "onnx"), widen=False)

    # Both references take the sets of several such nodes for each other's.
    def votes(row):
        found = [[] for _ in range(targets)]
        for place in roots:
            is_leaf = False
            while not is_leaf:
                value, bound = row[feature[place]], split[place]
                tests = (value <= bound, value < bound, value >= bound, value > bound, value == bound, value != bound,
                         value in sets.get(place, ()))
                place, is_leaf = (yes[place], yes_leaf[place]) if tests[mode[place]] else (no[place], no_leaf[place])
            found[leaves[place][0]].append(float(dtype_named(dtype).type(leaves[place][1])))
        return found

    combine = {0: lambda found: sum(found) / len(roots), 2: min, 3: max}.get(aggregate, sum)
    told = [[combine(found) if found else 0 for found in votes(row)] for row in x]
    return Draw([x], attributes, told=[np.array(told).astype(x.dtype)])


def map_type(key, value):
    return helper.make_map_type_proto(element_kind(key), helper.make_tensor_type_proto(element_kind(value), []))


@draws(ML + "CastMap")
def cast_map(dice, op):
    # How a float is written as a string, and which string stands for a missing key, the standard does not say.
    target = dice.type("T2")
    value = "str" if target == "str" else dice.choice(("float32", "str"))
    keys = sorted(int(key) for key in dice.numbers.permutation(7)[:dice.integer(1, 5)])
    words = [dice.choice(("1", "-2", "7")) if target != "str" else dice.choice(("a", "B", "")) for _ in keys]
    mapping = dict(zip(keys, words)) if value == "str" else {key: dice.integer(-20, 20) / 4 for key in keys}
    sparse = dice.chance() and target != "str"
    attributes = {"cast_to": {"float32": "TO_FLOAT", "int64": "TO_INT64", "str": "TO_STRING"}[target],
                  "map_form": "SPARSE" if sparse else dice.choice((None, "DENSE")),
                  "max_map": dice.integer(7, 12) if sparse else None}
    elements = list(mapping.values())
    if sparse:
        elements = [mapping.get(key, 0) for key in range(attributes["max_map"])]
    # ONNX Runtime takes no strings in maps from Python.
    told = [np.array([elements]).astype(dtype_named(target))] if value == "str" else None
    return Draw([mapping], attributes, references=("ort",), told=told, types={0: map_type("int64", value)})


@draws(ML + "DictVectorizer")
def dict_vectorizer(dice, op):
    key, value = dice.choice((("int64", "float64"), ("int64", "float32"), ("int64", "str"), ("str", "float64"),
                              ("str", "float32"), ("str", "int64")))
    keys = ["a", "B", "ab", "", "x,y"] if key == "str" else [3, -1, 0, 2**40, 7]
    vocabulary = [keys[i] for i in dice.numbers.permutation(5)[:dice.integer(1, 5)]]
    chosen = [keys[i] for i in dice.numbers.permutation(5)[:dice.integer(1, 5)]]
    def some():
        if value == "str":
            return dice.choice(("", "a", "Ünï"))
        return dice.integer(-9, 9) if value == "int64" else dice.real(-9, 9)
    mapping = {name: some() for name in chosen}
    blank = "" if value == "str" else 0
    expected = np.array([[mapping.get(name, blank) for name in vocabulary]], dtype_named(value))
    return Draw([mapping], {"string_vocabulary" if key == "str" else "int64_vocabulary": vocabulary}, told=[expected],
                types={0: map_type(key, value)})


@draws(ML + "ZipMap")
def zip_map(dice, op):
    n, classes = dice.integer(1, 4), dice.integer(1, 4)
    x = dice.array((n, classes) if dice.chance(0.8) else (classes,))
    names = labels(dice, classes, integers="classlabels_int64s")
    (attribute, keys), = names.items()
    expected = [dict(zip(keys, row)) for row in x.reshape(-1, classes)]
    kind = helper.make_sequence_type_proto(map_type("str" if "strings" in attribute else "int64", "float32"))
    return Draw([x], names, told=[expected], result_types={0: kind})


wrong("onnx", "ai.onnx.ml.TreeEnsemble", reason="gives the type's extreme for a target without leaves",
      when=lambda draw, results: (np.abs(results[0]) > 1e4).any())
wrong("onnx", "ai.onnx.ml.LinearRegressor", reason="gives NaN without intercepts",
      when=lambda draw, results: "intercepts" not in draw.attributes)
