#ifndef ONRAMP_WINOGRAD_H
#define ONRAMP_WINOGRAD_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// Winograd's convolution with 3×3 kernels and stride 1, F(m×m, 3×3) for m = 2 or 4, of channels-last images: tiles of
// (m+2)² inputs become as many points each, products point by point over the channels follow, and the points of the
// products become m² outputs.
typedef struct {
  // m: 2 or 4.
  size_t size;
  // Of the image that tiles are taken from; outside it is zero.
  size_t height, width, channels;
  // Rows and columns that the padding adds before the image.
  size_t pad[2];
  // Of the result.
  size_t output_height, output_width, outputs;
} onramp_winograd;

// The number of points of a tile.
static inline size_t onramp_winograd_points(size_t size) { return (size + 2) * (size + 2); }

// Of a block of `count` tiles from tile `first` on, counted row by row, transforms the `share` tiles from `start` on:
// to[(point · count + tile) · channels + channel]. `zeros` has an element a channel.
void onramp_winograd_input(const onramp_winograd *w, float *to, const float *image, const float *zeros, size_t first,
                           size_t count, size_t start, size_t share);

// Transforms products, laid out as the inputs with `outputs` in place of the channels, into
// image = clamp(outputs + bias + addend). `bias` and `add`, which is laid out as the image, may be NULL.
void onramp_winograd_output(const onramp_winograd *w, float *image, const float *from, const float *bias,
                            const float *add, float low, float high, size_t first, size_t count, size_t start,
                            size_t share);

// Transforms the 3×3 kernels of `count` outputs, at most `width`, for each of the channels, and packs them for the matrix
// product: to[point · stride + channel · width + output]; missing outputs become zeros. An output's kernels are
// neighbours.
void onramp_winograd_pack(size_t size, float *to, size_t stride, const float *weights, size_t count, size_t channels,
                          size_t width);

#ifdef __cplusplus
}
#endif
#endif
