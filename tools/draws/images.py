"""Images in files; the files are written here, so that their pixels are known."""
import struct

import numpy as np

from draws import Draw, draws


def bitmap(dice, pixels):
    """A BMP file of 24 or 32 bits a pixel, its rows from either end."""
    height, width, _ = pixels.shape
    bits, down = dice.choice((24, 32)), dice.chance(0.3)
    rows = pixels[:, :, ::-1]
    if bits == 32:
        rows = np.concatenate([rows, dice.array((height, width, 1), "uint8", 0, 255)], axis=2)
    stride = (width * bits // 8 + 3) // 4 * 4
    lines = [row.tobytes().ljust(stride, b"\0") for row in (rows if down else rows[::-1])]
    shape = width, -height if down else height
    header = struct.pack("<IiiHHIIiiII", 40, *shape, 1, bits, 0, stride * height, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54 + stride * height, 0, 0, 54) + header + b"".join(lines)


def portable(dice, pixels):
    """A binary PPM file, or a PGM file where the image is gray."""
    height, width, _ = pixels.shape
    gray = bool((pixels == pixels[:, :, :1]).all())
    note = dice.choice((b"", b"# a note\n"))
    blank = dice.choice((b" ", b"\n", b"\t "))
    start = b"P5\n" if gray else b"P6\n"
    return (start + note + str(width).encode() + blank + str(height).encode() + b"\n255\n"
            + (pixels[:, :, 0] if gray else pixels).tobytes())


@draws("ImageDecoder")
def image_decoder(dice, op):
    pixels = dice.array((dice.integer(1, 9), dice.integer(1, 9), 3), "uint8", 0, 255)
    if dice.chance(0.3):
        pixels = np.repeat(pixels[:, :, :1], 3, axis=2)
    file = dice.choice((bitmap, portable))(dice, pixels)
    form = dice.choice((None, "RGB", "BGR", "Grayscale"))
    wide = pixels.astype(np.int64)
    # The luma of ITU-R BT.601, in 16-bit fixed point as Pillow computes it.
    luma = (wide @ np.array([19595, 38470, 7471]) + 0x8000 >> 16).astype(np.uint8)[:, :, None]
    expected = {"BGR": pixels[:, :, ::-1], "Grayscale": luma}.get(form, pixels)
    return Draw([np.frombuffer(file, np.uint8)], {"pixel_format": form}, told=[expected])
