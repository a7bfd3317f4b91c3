#ifndef ONRAMP_WINOGRAD_H
#define ONRAMP_WINOGRAD_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// Winograd's convolution of stride 1, F(m, r) along rows, along columns or both, of channels-last images: tiles of
// m + r − 1 inputs in such a direction become as many points, products point by point over the channels follow, and the
// points of the products become m outputs. In both directions m × r is 4 × 3, 2 × 3 or 2 × 5, in one 4 × 3, 4 × 5 or
// 2 × 7.
typedef struct {
  // m and r along columns, then along rows; 1 and 1 in a direction without transforms. What lies between a kernel's
  // elements is the dilation.
  size_t size[2], kernel[2], dilation[2];
  // Of the image that tiles are taken from; outside it is zero.
  size_t height, width, channels;
  // Rows and columns that the padding adds before the image.
  size_t pad[2];
  // Of the result.
  size_t output_height, output_width, outputs;
} onramp_winograd;

// The number of points of a tile.
static inline size_t onramp_winograd_points(const onramp_winograd *w) {
  return (w->size[0] + w->kernel[0] - 1) * (w->size[1] + w->kernel[1] - 1);
}

// The number of tiles in a column of them (direction 0) or a row (1).
static inline size_t onramp_winograd_tiles(const onramp_winograd *w, int direction) {
  size_t extent = direction ? w->output_width : w->output_height;
  size_t step = w->size[direction] * w->dilation[direction];
  size_t rest = extent % step;
  return extent / step * w->dilation[direction] + (rest < w->dilation[direction] ? rest : w->dilation[direction]);
}

// Of a block of `count` tiles from tile `first` on, counted row by row, transforms the `share` tiles from `start` on:
// to[(point · count + tile) · channels + channel]. `zeros` has an element a channel.
void onramp_winograd_input(const onramp_winograd *w, float *to, const float *image, const float *zeros, size_t first,
                           size_t count, size_t start, size_t share);

// Transforms products, laid out as the inputs with `outputs` in place of the channels, into
// image = clamp(outputs + bias + addend), whose pixels lie `pitch` apart. `bias` and `add`, which is laid out as the
// image, may be NULL.
void onramp_winograd_output(const onramp_winograd *w, float *image, size_t pitch, const float *from,
                            const float *bias, const float *add, float low, float high, size_t first, size_t count,
                            size_t start, size_t share);

// Transforms the kernels of `count` outputs, at most `width`, for each of the channels, and packs them for the matrix
// product: to[point · stride + channel · width + output]; missing outputs become zeros. An output's kernels are
// neighbours.
void onramp_winograd_pack(const onramp_winograd *w, float *to, size_t stride, const float *weights, size_t count,
                          size_t width);

#ifdef __cplusplus
}
#endif
#endif
