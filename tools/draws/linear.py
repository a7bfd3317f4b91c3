"""Products and convolutions."""
from draws import Draw, draws, is_float, is_signed

# The tolerances of sums of many products.
SUMS = {"float32": (1e-4, 1e-4), "float16": (1e-2, 2e-2), "bfloat16": (3e-2, 1e-1)}


@draws("MatMul")
def matmul(dice, op):
    dtype = dice.type()
    m, k, n = (dice.integer(1, 70) if dice.chance(0.3) else dice.integer(0 if dice.chance(0.1) else 1, 9)
               for _ in range(3))
    batch = dice.shape(0, 3, 4)
    a = (k,) if dice.chance(0.1) else dice.broadcast(batch) + (m, k)
    b = (k,) if dice.chance(0.1) else dice.broadcast(batch) + (k, n)
    return Draw([dice.array(a, dtype), dice.array(b, dtype)], tolerances=SUMS)


@draws("Gemm")
def gemm(dice, op):
    dtype = dice.type()
    m, k, n = (dice.integer(1, 70) if dice.chance(0.3) else dice.integer(1, 9) for _ in range(3))
    a, b = dice.chance(), dice.chance()
    def factor():
        return dice.real(-2, 2) if is_float(dtype) else float(dice.integer(-2, 2) if is_signed(dtype) else 2)
    return Draw([dice.array((k, m) if a else (m, k), dtype), dice.array((n, k) if b else (k, n), dtype),
                 dice.maybe(dice.array(dice.broadcast((m, n)), dtype))],
                {"transA": int(a) if a or dice.chance() else None, "transB": int(b) if b or dice.chance() else None,
                 "alpha": dice.maybe(factor()), "beta": dice.maybe(factor())},
                tolerances=SUMS)


@draws("Einsum")
def einsum(dice, op):
    equation, ranks = dice.choice((
        ("ij,jk->ik", "ij jk"), ("bij,bjk->bik", "bij bjk"), ("bhid,bhjd->bhij", "bhid bhjd"), ("ii->i", "ii"),
        ("ij->", "ij"), ("i,j->ij", "i j"), ("...ij,...jk->...ik", "xyij xyjk"), ("ij,kj,kl->il", "ij kj kl"),
        ("ij->ji", "ij"), ("bij,bij->b", "bij bij"), ("ij,ij", "ij ij"), ("ba", "ba"), ("iij->j", "iij"),
        ("abc,cd->abd", "abc cd"), ("b...i,b...i->b...", "bxyi bxyi"), ("i->", "i"), ("ij,i->j", "ij i")))
    extents = {}
    shapes = [tuple(extents.setdefault(c, dice.integer(0 if dice.chance(0.05) else 1, 6)) for c in rank)
              for rank in ranks.split()]
    dtype = dice.type()
    return Draw([dice.array(shape, dtype) for shape in shapes], {"equation": equation}, tolerances=SUMS)


@draws("Det")
def determinant(dice, op):
    n = dice.integer(1, 5)
    return Draw([dice.array(dice.shape(0, 2, 4, empty=0) + (n, n), dice.type())],
                tolerances={"float32": (1e-3, 1e-3), "float16": (5e-2, 2e-1), "bfloat16": (2e-1, 1)})


@draws("Conv", "ConvInteger")
def conv(dice, op):
    sizes = dice.spatial()
    attributes = dice.window(sizes)
    group = dice.choice((1, 1, 1, 2, 3))
    inputs, outputs = (dice.integer(1, 40), dice.integer(1, 40)) if dice.chance(0.2) else dice.integers(1, 7, 2)
    if dice.chance(0.2):
        group, inputs, outputs = dice.integer(1, 17), 1, 1  # depthwise
    x_shape = (dice.integer(1, 3), group * inputs, *sizes)
    w_shape = (group * outputs, inputs, *attributes["kernel_shape"])
    if dice.chance(0.3):
        del attributes["kernel_shape"]
    attributes["group"] = group if group > 1 else dice.maybe(1)
    if op == "ConvInteger":
        x_type, w_type = dice.type("T1"), dice.type("T2")
        return Draw([dice.array(x_shape, x_type, special=1), dice.array(w_shape, w_type, special=1),
                     dice.maybe(dice.array((), x_type)), dice.maybe(dice.array((), w_type))], attributes,
                    references=("ort", "onnx"))
    dtype = dice.type()
    return Draw([dice.array(x_shape, dtype), dice.array(w_shape, dtype), dice.maybe(dice.array(w_shape[:1], dtype))],
                attributes, references=("ort", "onnx"), tolerances=SUMS)


@draws("ConvTranspose")
def conv_transpose(dice, op):
    sizes = [dice.integer(1, 6) for _ in range(dice.integer(1, 3))]
    rank = len(sizes)
    kernel, strides = dice.integers(1, 4, rank), dice.integers(1, 3, rank)
    dilations = dice.integers(1, 2, rank) if dice.chance(0.4) else [1] * rank
    group, inputs, outputs = dice.choice((1, 1, 2, 3)), dice.integer(1, 4), dice.integer(1, 4)
    attributes = {"kernel_shape": dice.maybe(kernel), "strides": strides, "dilations": dice.maybe(dilations, 0.9)
                  if dilations == [1] * rank else dilations, "group": group}
    if dice.chance(0.6):
        attributes["output_padding"] = [dice.integer(0, max(s, d) - 1) for s, d in zip(strides, dilations)]
    full = [(n - 1) * s + (k - 1) * d + 1 for n, s, k, d in zip(sizes, strides, kernel, dilations)]
    mode = dice.choice((None, "pads", "SAME_UPPER", "SAME_LOWER", "VALID"))
    if mode == "pads":
        lows = [dice.integer(0, (extent - 1) // 2) for extent in full]
        attributes["pads"] = lows + [dice.integer(0, (extent - 1) // 2) for extent in full]
    else:
        attributes["auto_pad"] = mode
        if mode and "SAME" in mode:
            attributes.pop("output_padding", None)
        elif mode is None and dice.chance(0.3):  # the extents of the result instead of the padding
            attributes.pop("output_padding", None)
            attributes["output_shape"] = [extent - dice.integer(0, (extent - 1) // 2) for extent in full]
    dtype = dice.type()
    return Draw([dice.array((dice.integer(1, 2), group * inputs, *sizes), dtype),
                 dice.array((group * inputs, outputs, *kernel), dtype),
                 dice.maybe(dice.array((group * outputs,), dtype))], attributes, references=("ort",),
                tolerances=SUMS)


@draws("DeformConv")
def deform_conv(dice, op):
    sizes = [dice.integer(2, 7) for _ in range(2)]
    attributes = dice.window(sizes, 3)
    attributes.pop("auto_pad")
    kernel = attributes["kernel_shape"]
    pads = attributes["pads"] or [0] * 4
    strides, dilations = attributes["strides"] or [1, 1], attributes["dilations"] or [1, 1]
    outside = [(sizes[i] + pads[i] + pads[i + 2] - (kernel[i] - 1) * dilations[i] - 1) // strides[i] + 1
               for i in range(2)]
    group, offset_group, each, outputs = dice.choice((1, 1, 2)), dice.choice((1, 1, 2)), *dice.integers(1, 2, 2)
    batch, dtype, spots = dice.integer(1, 2), dice.type(), offset_group * kernel[0] * kernel[1]
    channels = group * offset_group * each
    attributes |= {"group": group if group > 1 else dice.maybe(1),
                   "offset_group": offset_group if offset_group > 1 else dice.maybe(1),
                   "kernel_shape": dice.maybe(kernel)}
    return Draw([dice.array((batch, channels, *sizes), dtype),
                 dice.array((group * outputs, channels // group, *kernel), dtype),
                 dice.array((batch, 2 * spots, *outside), dtype, -1.5, 1.5),
                 dice.maybe(dice.array((group * outputs,), dtype)),
                 dice.maybe(dice.array((batch, spots, *outside), dtype, 0, 1))], attributes,
                references=("ort", "onnx"), tolerances=SUMS | {"float32": (1e-3, 1e-3)})


@draws("CausalConvWithState")
def causal_conv(dice, op):
    batch, channels, length, kernel, dtype = *dice.integers(1, 5, 4), dice.type()
    return Draw([dice.array((batch, channels, length), dtype), dice.array((channels, 1, kernel), dtype),
                 dice.maybe(dice.array((channels,), dtype)),
                 dice.maybe(dice.array((batch, channels, kernel - 1), dtype))],
                {"activation": dice.choice((None, "none", "silu", "swish"))}, (True, True), tolerances=SUMS)
