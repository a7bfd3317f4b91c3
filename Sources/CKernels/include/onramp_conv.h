#ifndef ONRAMP_CONV_H
#define ONRAMP_CONV_H

#include <stddef.h>

#include "onramp_gemm.h"

#ifdef __cplusplus
extern "C" {
#endif

// A run of a panel's columns whose elements lie side by side in the image.
typedef struct {
  size_t column, count, offset;
} onramp_segment;

// Fills a packed panel of B with windows of an image: row p takes, for each column, the element at
// image[row_offsets[p] + its segment's offset + its place in the segment]. Columns outside all segments are left
// alone. Segments are at most `panel` long.
void onramp_conv_pack(float *to, size_t panel, const float *image, const size_t *row_offsets, size_t rows,
                      const onramp_segment *segments, size_t segment_count);

// The windows of a convolution over a channels-last image. The first of each pair is for rows, the second for columns.
typedef struct {
  // Pixels, and floats between neighbouring ones.
  size_t height, width, pitch;
  // Windows in a row of the result.
  size_t output_width;
  size_t kernel[2], stride[2], dilation[2];
  // Padding before the first pixel; negative for pixels left out.
  ptrdiff_t pad[2];
} onramp_conv_windows;

// The most elements that a window may have.
enum { ONRAMP_CONV_TAPS = 1024 };

// As `onramp_sgemm` with the windows of an image as rows of A, from window `first` on: each element of the kernel is a
// tap, whose piece are the channels of a pixel. `block->c` and `block->add` belong to that window; `zeros` has as many
// elements as a piece.
void onramp_conv(const onramp_sgemm_block *block, const onramp_conv_windows *windows, const float *image,
                 const float *zeros, size_t first);

// y[j] = clamp(bias + Σ weights[p] · x[offsets[p] + j · stride]) for j below n.
void onramp_depthwise_row(float *y, size_t n, const float *x, const size_t *offsets, const float *weights,
                          size_t taps, size_t stride, float bias, float low, float high);

// As `onramp_depthwise_row` with stride 1 for each of `height` rows of `width` outputs, whose inputs lie `pitch` apart.
void onramp_depthwise_plane(float *y, size_t height, size_t width, const float *x, size_t pitch, const size_t *offsets,
                            const float *weights, size_t taps, float bias, float low, float high);

// y[j] = the maximum of the x[offsets[p] + j · stride] for p below `taps`, which is at least 1, or where `maximum` is 0
// their sum times `scale`, for j below n. A maximum is NaN only when all its elements are.
void onramp_pool_row(int maximum, float *y, size_t n, const float *x, const size_t *offsets, size_t taps,
                     size_t stride, float scale);

#ifdef __cplusplus
}
#endif
#endif
