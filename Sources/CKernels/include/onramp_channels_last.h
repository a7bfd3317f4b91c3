#ifndef ONRAMP_CHANNELS_LAST_H
#define ONRAMP_CHANNELS_LAST_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Windows over images whose channels lie side by side: element (row, column, channel) of an image of `width` columns is
// at (row · width + column) · channels + channel. Each function makes one row of results.

typedef struct {
  // Of a pixel, and which of them to take: `first` up to `end`.
  size_t channels, first, end;
  // The columns of the image and of the result.
  size_t width, out_width;
  // Along a row.
  size_t kernel, stride, dilation, pad;
} onramp_window_row;

// y[column][c] = clamp(bias[c] + Σ rows[r][stride · column - pad + dilation · k][c] · weights[r][k][c]), summed over the
// row_count rows and over those k whose column lies inside the image. Bias may be NULL.
void onramp_window_depthwise(const onramp_window_row *window, float *y, const float *const *rows,
                             const float *const *weights, size_t row_count, const float *bias, float low, float high);

// The maximum of the elements under each window, the first of equals; NaN only where all are. `indices`, NULL for none,
// gets the place of each in its image, row_indices[r] + column. Where a window covers nothing, the maximum is -∞ and
// its place -1.
void onramp_window_max(const onramp_window_row *window, float *y, int32_t *indices, const float *const *rows,
                       const int32_t *row_indices, size_t row_count);

// The sum of the elements under each window times scales[column].
void onramp_window_sum(const onramp_window_row *window, float *y, const float *const *rows, size_t row_count,
                       const float *scales);

// Undoes a maximum over windows that do not overlap, one row of windows: each of `kernel_rows` rows of the result, which
// start at y[r] and at place y_indices[r] of the image, gets each of x where its index says and zeros elsewhere.
// Columns of the result that no window covers are left alone.
//
// Returns whether every index was one of its window's.
int onramp_window_unpool(const onramp_window_row *window, float *const *y, const int32_t *y_indices, size_t kernel_rows,
                         const float *x, const int32_t *indices);

// y[p · y_stride + c] = clamp(x[p][c] · scale[c] + shift[c]) for p below `pixels` and c below `channels`; y may be x. NaN
// stays NaN.
void onramp_scale_shift_channels(float *y, size_t y_stride, const float *x, size_t pixels, size_t channels,
                                 const float *scale, const float *shift, float low, float high);

// sums[j] = Σ x[i · stride + j] over i below `rows`, for j below n: in single precision over up to 64 rows, in double
// precision over those.
void onramp_sum_rows(double *sums, const float *x, size_t rows, size_t stride, size_t n);

// to[i · to_stride + j] = from[j · from_stride + i] for i below `rows` and j below `columns`, of elements of 4 bytes.
void onramp_transpose_words(uint32_t *to, size_t to_stride, const uint32_t *from, size_t from_stride, size_t rows,
                            size_t columns);

// Copies `count` runs of `bytes` bytes, whose starts lie `to_stride` and `from_stride` bytes apart.
void onramp_copy_runs(void *to, size_t to_stride, const void *from, size_t from_stride, size_t bytes, size_t count);

#ifdef __cplusplus
}
#endif
#endif
