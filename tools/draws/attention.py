"""Attention."""
from onnx import helper

from draws import Draw, draws, element_kind, int64s, wrong

NEAR = {"float16": (1e-2, 1e-2), "bfloat16": (4e-2, 6e-2)}


@draws("Attention")
def attention(dice, op):
    batch, kv_heads, repeat = dice.integer(1, 2), dice.integer(1, 3), dice.choice((1, 1, 2))
    heads = kv_heads * repeat
    q_length, length, past, size, v_size = (dice.integer(1, 7), dice.integer(1, 7), dice.integer(1, 4),
                                            dice.integer(1, 9), dice.integer(1, 9))
    flat, with_past = dice.chance(0.4), dice.chance(0.3)
    dtype = dice.type("T1")
    def heads_of(count, steps, width):
        return dice.array((batch, steps, count * width) if flat else (batch, count, steps, width), dtype, -1, 1)
    inputs = [heads_of(heads, q_length, size), heads_of(kv_heads, length, size), heads_of(kv_heads, length, v_size)]
    total = length + (past if with_past else 0)
    mask = None
    if dice.chance():
        shape = dice.choice(((q_length, total), (batch, 1, q_length, total), (1, heads, q_length, total)))
        mask = dice.array(shape, dice.choice((dtype, "bool", dice.type("U"))))
        if mask.dtype == bool:
            mask[..., 0] = True
    inputs.append(mask)
    outputs = (True,)
    if with_past:
        inputs += [dice.array((batch, kv_heads, past, size), dtype, -1, 1),
                   dice.array((batch, kv_heads, past, v_size), dtype, -1, 1)]
        outputs = (True, True, True)
    modes = {"qk_matmul_output_mode": dice.choice((None, 0, 1, 2, 3))} if dice.chance(0.2) else {}
    if modes:
        outputs = (True, with_past, with_past, True)
    if dice.chance(0.2):
        modes |= {"left_window_size": dice.integer(-1, 4), "right_window_size": dice.integer(-1, 4)}
    attributes = modes | {"is_causal": dice.flag(), "scale": dice.maybe(dice.real(0.1, 1)),
                  "softcap": dice.maybe(dice.real(1, 3), 0.3)}
    if flat:
        attributes |= {"q_num_heads": heads, "kv_num_heads": kv_heads}
    return Draw(inputs, attributes, outputs, tolerances=NEAR)


@draws("RotaryEmbedding")
def rotary_embedding(dice, op):
    batch, heads, steps, half = dice.integer(1, 2), dice.integer(1, 3), dice.integer(1, 5), dice.integer(1, 5)
    size, dtype = 2 * half, dice.type()
    rotated = 2 * dice.integer(1, half) if dice.chance(0.3) else None
    width = (rotated or size) // 2
    flat, positions = dice.chance(), dice.chance()
    cache = (11, width) if positions else (batch, steps, width)
    return Draw([dice.array((batch, steps, heads * size) if flat else (batch, heads, steps, size), dtype),
                 dice.array(cache, dtype, -1, 1), dice.array(cache, dtype, -1, 1),
                 int64s(dice.numbers.integers(0, 11, (batch, steps))) if positions else None],
                {"num_heads": heads if flat else None, "interleaved": dice.flag(),
                 "rotary_embedding_dim": rotated}, tolerances=NEAR)


@draws("LinearAttention")
def linear_attention(dice, op):
    batch, steps, kv_heads, repeat = dice.integer(1, 2), dice.integer(1, 6), dice.integer(1, 3), dice.choice((1, 1, 2))
    size, v_size, dtype, state = dice.integer(1, 6), dice.integer(1, 6), dice.type("T"), dice.type("S")
    rule = dice.choice((None, "linear", "gated", "delta", "gated_delta"))
    def packed(width, low=-1, high=1):
        return dice.array((batch, steps, width), dtype, low, high)
    decay = packed(kv_heads * dice.choice((1, size)), -1, 0) if rule in (None, "gated", "gated_delta") else None
    beta = packed(dice.choice((1, kv_heads)), 0, 1) if rule in (None, "delta", "gated_delta") else None
    return Draw([packed(kv_heads * repeat * size), packed(kv_heads * size), packed(kv_heads * v_size),
                 dice.maybe(dice.array((batch, kv_heads, size, v_size), state, -1, 1)), decay, beta],
                {"q_num_heads": kv_heads * repeat, "kv_num_heads": kv_heads, "update_rule": rule,
                 "scale": dice.maybe(dice.real(0.1, 1)), "chunk_size": dice.maybe(dice.integer(1, 4))},
                (True, True), tolerances=NEAR)


@draws("ai.onnx.preview.FlexAttention")
def flex_attention(dice, op):
    batch, kv_heads, repeat = dice.integer(1, 2), dice.integer(1, 3), dice.choice((1, 1, 2))
    length, kv_length, size, v_size = dice.integers(1, 6, 4)
    dtype = dice.type("T1")
    precision = "float64" if dtype == "float64" else "float32"
    def modifier(name):
        """A body that changes scores or probabilities a little."""
        operator, operand = dice.choice((("Mul", 0.5), ("Add", 0.25), ("Tanh", None), ("Abs", None)))
        kind = element_kind(precision)
        def body(prefix):
            place = f"{prefix}{name}"
            nodes, inputs = [], [f"{place}_in"]
            if operand is not None:
                value = helper.make_tensor("value", kind, [], [operand])
                nodes.append(helper.make_node("Constant", [], [f"{place}_c"], value=value))
                inputs.append(f"{place}_c")
            nodes.append(helper.make_node(operator, inputs, [f"{place}_out"]))
            return helper.make_graph(nodes, name, [helper.make_tensor_value_info(f"{place}_in", kind, [None] * 4)],
                                     [helper.make_tensor_value_info(f"{place}_out", kind, [None] * 4)])
        return body
    def heads_of(count, steps, width):
        return dice.array((batch, count, steps, width), dtype, -1, 1)
    return Draw([heads_of(kv_heads * repeat, length, size), heads_of(kv_heads, kv_length, size),
                 heads_of(kv_heads, kv_length, v_size)],
                {"scale": dice.maybe(dice.real(0.1, 1)), "score_mod": dice.maybe(modifier("score_mod")),
                 "prob_mod": dice.maybe(modifier("prob_mod")),
                 "softmax_precision": element_kind(precision) if "16" in dtype else None}, tolerances=NEAR)


wrong("onnx", "Attention", reason="caps the raw scores too",
      when=lambda draw, results: len(draw.outputs) == 4 and draw.attributes.get("softcap")
      and not draw.attributes.get("qk_matmul_output_mode"))
