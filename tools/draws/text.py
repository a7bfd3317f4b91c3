"""Strings."""
import numpy as np

from draws import Draw, draws, wrong


@draws("StringConcat")
def string_concat(dice, op):
    shape = dice.shape()
    return Draw([dice.array(dice.broadcast(shape), "str"), dice.array(dice.broadcast(shape), "str")])


@draws("StringSplit")
def string_split(dice, op):
    return Draw([dice.array(dice.shape(0, 3), "str")],
                {"delimiter": dice.choice((None, "", " ", ",", "a")), "maxsplit": dice.maybe(dice.integer(0, 2))},
                (True, True))


@draws("StringNormalizer")
def string_normalizer(dice, op):
    shape = (dice.integer(1, 6),) if dice.chance() else (1, dice.integer(1, 6))
    words = ["a", "B", "ab", "AB", "aB", "word", "Word", "WORD"] if dice.chance(0.8) else ["", "a b", "x,y", " z ", "a"]
    x = np.array([dice.choice(words) for _ in range(shape[-1])], dtype=object).reshape(shape)
    return Draw([x],
                {"case_change_action": dice.choice((None, "LOWER", "UPPER", "NONE")),
                 "is_case_sensitive": dice.flag(), "locale": "C",
                 "stopwords": dice.maybe(dice.choice((["a", "AB", "ab"], ["word"], ["B"])))},
                references=("ort", "onnx"))


@draws("RegexFullMatch")
def regex_full_match(dice, op):
    pattern = dice.choice((r"[a-z]+", r"\w*", r".*b", r"", r"(a|B)?", r"\s*z\s*", r"[^,]+"))
    return Draw([dice.array(dice.shape(0, 3), "str")], {"pattern": pattern})


@draws("TfIdfVectorizer")
def tfidf(dice, op):
    singles, pairs = dice.integer(1, 4), dice.integer(0, 4)
    strings = dice.chance()
    words = [f"w{i}" for i in range(5)] if strings else list(range(5))
    pool_items = [words[i] for i in dice.numbers.permutation(5)[:singles]]
    both = [(a, b) for a in words for b in words]
    for i in dice.numbers.permutation(25)[:pairs]:
        pool_items += both[i]
    count = singles + pairs
    dtype = object if strings else dice.choice(("int64", "int32"))
    x = np.array([dice.choice(words) for _ in range(12)], dtype)
    x = x.reshape(dice.choice(((12,), (2, 6), (3, 4))))
    shortest = dice.integer(1, 2)
    return Draw([x], {"pool_strings" if strings else "pool_int64s": pool_items, "ngram_counts": [0, singles],
                      "ngram_indexes": [int(i) for i in dice.numbers.permutation(count)],
                      "min_gram_length": shortest, "max_gram_length": dice.integer(shortest, 2),
                      "max_skip_count": dice.integer(0, 3), "mode": dice.choice(("TF", "IDF", "TFIDF")),
                      "weights": dice.maybe([dice.real(0.1, 2) for _ in range(count)])}, references=("ort", "onnx"))


# What the references get wrong.

wrong("onnx", "StringNormalizer", reason="drops accents, empty strings and stop words inside of strings",
      when=lambda draw, results: any(not word.isalpha() or not word.isascii() for word in draw.inputs[0].flat))
wrong("ort", "StringNormalizer", reason="knows only the letters of its locale",
      when=lambda draw, results: any(not word.isascii() for word in draw.inputs[0].flat))
wrong("ort", "StringSplit", reason="splits an empty string at a delimiter into nothing instead of itself",
      when=lambda draw, results: draw.attributes.get("delimiter") and "" in draw.inputs[0])
wrong("ort", "StringSplit", reason="drops blanks after the last piece",
      when=lambda draw, results: "maxsplit" in draw.attributes and not draw.attributes.get("delimiter"))
