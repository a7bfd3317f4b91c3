#include "onramp_channels_last.h"

#include <math.h>
#include <string.h>

#include "targets.h"

// Vectors of the compiler's own kind, which it splits where the target's are narrower. Elements need no alignment.
typedef float float16 __attribute__((ext_vector_type(16), aligned(4)));
typedef float float8 __attribute__((ext_vector_type(8), aligned(4)));
typedef float float1;
typedef int32_t int16 __attribute__((ext_vector_type(16), aligned(4)));
typedef int32_t int8 __attribute__((ext_vector_type(8), aligned(4)));
typedef int32_t int1;
typedef double double16 __attribute__((ext_vector_type(16), aligned(8)));
typedef double double8 __attribute__((ext_vector_type(8), aligned(8)));
typedef double double1;

#define WIDEN_16(X) __builtin_convertvector(X, double16)
#define WIDEN_8(X) __builtin_convertvector(X, double8)
#define WIDEN_1(X) ((double)(X))
// Whether a lane of a comparison is true.
#define ANY_16(M) (__builtin_reduce_or(M) != 0)
#define ANY_8(M) (__builtin_reduce_or(M) != 0)
#define ANY_1(M) ((M) != 0)

#define LOAD(LANES, P) (*(const float##LANES *)(P))
#define LOAD_INDEX(LANES, P) (*(const int##LANES *)(P))

// Calls a body with 16 channels at a time, then 8, then 1.
#define CHANNELS(C, FIRST, END, BODY)                      \
  do {                                                     \
    size_t C = (FIRST);                                    \
    for (; C + 16 <= (END); C += 16) BODY(16)              \
    for (; C + 8 <= (END); C += 8) BODY(8)                 \
    for (; C < (END); C++) BODY(1)                         \
  } while (0)

// The columns of the kernel that lie inside the image when its first stands at `start`.
ALWAYS_INLINE void clip(const onramp_window_row *w, ptrdiff_t start, size_t *first, size_t *end) {
  ptrdiff_t dilation = (ptrdiff_t)w->dilation, room = (ptrdiff_t)w->width - start;
  ptrdiff_t low = start >= 0 ? 0 : (dilation - 1 - start) / dilation;
  ptrdiff_t high = room <= 0 ? 0 : (room + dilation - 1) / dilation;
  if (high > (ptrdiff_t)w->kernel) high = (ptrdiff_t)w->kernel;
  *first = (size_t)low;
  *end = (size_t)(high > low ? high : low);
}

// MARK: Depthwise convolution

// One pixel under whatever part of its window lies inside the image.
ALWAYS_INLINE void depthwise_pixel(const onramp_window_row *w, size_t column, float *y, const float *const *rows,
                                   const float *const *weights, size_t row_count, const float *bias, float low,
                                   float high) {
  size_t channels = w->channels, first, end;
  ptrdiff_t start = (ptrdiff_t)(column * w->stride) - (ptrdiff_t)w->pad;
  clip(w, start, &first, &end);
  ptrdiff_t at = (start + (ptrdiff_t)(first * w->dilation)) * (ptrdiff_t)channels;
  size_t step = w->dilation * channels;
  float *to = y + column * channels;
  size_t c = w->first;
  // Several vectors at once, whose sums do not wait for each other.
  for (; c + 64 <= w->end; c += 64) {
    float16 sum[4];
    for (size_t v = 0; v < 4; v++) sum[v] = bias ? LOAD(16, bias + c + 16 * v) : (float16)0.0f;
    for (size_t r = 0; r < row_count; r++) {
      const float *x = rows[r] + at + c, *f = weights[r] + first * channels + c;
      for (size_t k = first; k < end; k++, x += step, f += channels)
        for (size_t v = 0; v < 4; v++) sum[v] += LOAD(16, x + 16 * v) * LOAD(16, f + 16 * v);
    }
    for (size_t v = 0; v < 4; v++) {
      sum[v] = sum[v] < low ? (float16)low : sum[v];
      *(float16 *)(to + c + 16 * v) = sum[v] > high ? (float16)high : sum[v];
    }
  }
#define PIXEL(LANES)                                                            \
  {                                                                             \
    float##LANES sum = bias ? LOAD(LANES, bias + c) : (float##LANES)0.0f;       \
    for (size_t r = 0; r < row_count; r++) {                                    \
      const float *x = rows[r] + at + c, *f = weights[r] + first * channels + c; \
      for (size_t k = first; k < end; k++, x += step, f += channels)            \
        sum += LOAD(LANES, x) * LOAD(LANES, f);                                 \
    }                                                                           \
    sum = sum < low ? (float##LANES)low : sum;                                  \
    *(float##LANES *)(to + c) = sum > high ? (float##LANES)high : sum;          \
  }
  for (; c + 16 <= w->end; c += 16) PIXEL(16)
  for (; c + 8 <= w->end; c += 8) PIXEL(8)
  for (; c < w->end; c++) PIXEL(1)
#undef PIXEL
}

// `count` neighbouring pixels of the result, whose windows together start at column `start` of the image, `width` columns
// wide. `count`, `kernel`, `stride` and `clipped`, whether they reach beyond it, are constants where this is inlined, so
// that all sums stay in registers and each input is loaded once for all pixels that it serves.
ALWAYS_INLINE void depthwise_pixels(size_t count, size_t kernel, size_t stride, int clipped, size_t width, size_t first,
                                    size_t end, size_t channels, float *y, ptrdiff_t start, const float *const *rows,
                                    const float *const *weights, size_t row_count, const float *bias, float low,
                                    float high) {
#define PIXELS(LANES)                                                                                    \
  {                                                                                                      \
    float##LANES sum[4];                                                                                 \
    _Pragma("clang loop unroll(full)") for (size_t p = 0; p < count; p++) sum[p] =                       \
        bias ? LOAD(LANES, bias + c) : (float##LANES)0.0f;                                               \
    _Pragma("clang loop unroll(disable)") for (size_t r = 0; r < row_count; r++) {                       \
      const float *x = rows[r] + start * (ptrdiff_t)channels + (ptrdiff_t)c, *f = weights[r] + c;        \
      float##LANES factor[5];                                                                            \
      _Pragma("clang loop unroll(full)") for (size_t k = 0; k < kernel; k++) factor[k] =                 \
          LOAD(LANES, f + k * channels);                                                                 \
      _Pragma("clang loop unroll(full)") for (size_t i = 0; i < (count - 1) * stride + kernel; i++) {    \
        if (clipped && (size_t)(start + (ptrdiff_t)i) >= width) continue;                                \
        float##LANES value = LOAD(LANES, x + i * channels);                                              \
        _Pragma("clang loop unroll(full)") for (size_t p = 0; p < count; p++) {                          \
          if (i >= p * stride && i < p * stride + kernel) sum[p] += value * factor[i - p * stride];      \
        }                                                                                                \
      }                                                                                                  \
    }                                                                                                    \
    _Pragma("clang loop unroll(full)") for (size_t p = 0; p < count; p++) {                              \
      sum[p] = sum[p] < low ? (float##LANES)low : sum[p];                                                \
      *(float##LANES *)(y + p * channels + c) = sum[p] > high ? (float##LANES)high : sum[p];             \
    }                                                                                                    \
  }
  CHANNELS(c, first, end, PIXELS);
#undef PIXELS
}

// As many channels as keep their weights in the first-level cache together with the image.
ALWAYS_INLINE size_t depthwise_block(size_t kernel, size_t row_count) {
  size_t block = row_count ? 2048 / (kernel * row_count) / 16 * 16 : 64;
  return block < 64 ? 64 : block;
}

ALWAYS_INLINE void depthwise_columns(size_t kernel, size_t stride, const onramp_window_row *w, float *y,
                                     const float *const *rows, const float *const *weights, size_t row_count,
                                     const float *bias, float low, float high) {
  size_t channels = w->channels, block = depthwise_block(kernel, row_count);
  for (size_t first = w->first; first < w->end; first += block) {
    size_t end = w->end - first < block ? w->end : first + block;
    for (size_t column = 0; column < w->out_width;) {
      // The last pixels are made together with some of those before them once more.
      if (w->out_width >= 4 && w->out_width - column < 4) column = w->out_width - 4;
      size_t count = w->out_width - column < 4 ? 1 : 4;
      ptrdiff_t start = (ptrdiff_t)(column * stride) - (ptrdiff_t)w->pad;
      int clipped = start < 0 || start + (ptrdiff_t)((count - 1) * stride + kernel) > (ptrdiff_t)w->width;
#define PIXELS(COUNT, CLIPPED)                                                                              \
  depthwise_pixels(COUNT, kernel, stride, CLIPPED, w->width, first, end, channels, y + column * channels, start, \
                   rows, weights, row_count, bias, low, high)
      if (count == 1)
        PIXELS(1, 1);
      else if (clipped)
        PIXELS(4, 1);
      else
        PIXELS(4, 0);
#undef PIXELS
      column += count;
    }
  }
}

// Four neighbouring pixels of the result, whose windows, of any extent, start at column `start` and lie inside the image.
ALWAYS_INLINE void depthwise_inside(const onramp_window_row *w, size_t start, float *y, const float *const *rows,
                                    const float *const *weights, size_t row_count, const float *bias, float low,
                                    float high) {
  size_t channels = w->channels, step = w->dilation * channels, next = w->stride * channels;
#define PIXELS(LANES)                                                                                        \
  {                                                                                                          \
    float##LANES sum[4];                                                                                     \
    for (size_t p = 0; p < 4; p++) sum[p] = bias ? LOAD(LANES, bias + c) : (float##LANES)0.0f;               \
    for (size_t r = 0; r < row_count; r++) {                                                                 \
      const float *x = rows[r] + start * channels + c, *f = weights[r] + c;                                  \
      for (size_t k = 0; k < w->kernel; k++, x += step, f += channels)                                       \
        UNROLL for (size_t p = 0; p < 4; p++) sum[p] += LOAD(LANES, x + p * next) * LOAD(LANES, f);          \
    }                                                                                                        \
    for (size_t p = 0; p < 4; p++) {                                                                         \
      sum[p] = sum[p] < low ? (float##LANES)low : sum[p];                                                    \
      *(float##LANES *)(y + p * channels + c) = sum[p] > high ? (float##LANES)high : sum[p];                 \
    }                                                                                                        \
  }
  CHANNELS(c, w->first, w->end, PIXELS);
#undef PIXELS
}

// A window of any extent.
ALWAYS_INLINE void depthwise_any(const onramp_window_row *w, float *y, const float *const *rows,
                                 const float *const *weights, size_t row_count, const float *bias, float low,
                                 float high) {
  size_t block = depthwise_block(w->kernel, row_count);
  size_t reach = 3 * w->stride + (w->kernel - 1) * w->dilation;
  for (size_t first = w->first; first < w->end; first += block) {
    onramp_window_row part = *w;
    part.first = first;
    part.end = w->end - first < block ? w->end : first + block;
    for (size_t column = 0; column < w->out_width;) {
      size_t place = column * w->stride;
      if (w->out_width - column >= 4 && place >= w->pad && place - w->pad + reach < w->width) {
        depthwise_inside(&part, place - w->pad, y + column * w->channels, rows, weights, row_count, bias, low, high);
        column += 4;
      } else {
        depthwise_pixel(&part, column++, y, rows, weights, row_count, bias, low, high);
      }
    }
  }
}

ALWAYS_INLINE void window_depthwise(const onramp_window_row *w, float *y, const float *const *rows,
                                    const float *const *weights, size_t row_count, const float *bias, float low,
                                    float high) {
  if (w->dilation == 1 && w->kernel == 3 && w->stride == 1)
    depthwise_columns(3, 1, w, y, rows, weights, row_count, bias, low, high);
  else if (w->dilation == 1 && w->kernel == 3 && w->stride == 2)
    depthwise_columns(3, 2, w, y, rows, weights, row_count, bias, low, high);
  else if (w->dilation == 1 && w->kernel == 5 && w->stride == 1)
    depthwise_columns(5, 1, w, y, rows, weights, row_count, bias, low, high);
  else if (w->dilation == 1 && w->kernel == 5 && w->stride == 2)
    depthwise_columns(5, 2, w, y, rows, weights, row_count, bias, low, high);
  else
    depthwise_any(w, y, rows, weights, row_count, bias, low, high);
}

// MARK: Pooling

// Where `careful` is 0, a maximum of -∞ may stand for one of nothing but NaN; returns whether there is any.
ALWAYS_INLINE int max_row(int careful, int wants_indices, const onramp_window_row *w, float *y, int32_t *indices,
                          const float *const *rows, const int32_t *row_indices, size_t row_count) {
  size_t channels = w->channels, step = w->dilation * channels;
  int doubtful = 0;
  for (size_t column = 0; column < w->out_width; column++) {
    size_t first, end;
    ptrdiff_t start = (ptrdiff_t)(column * w->stride) - (ptrdiff_t)w->pad;
    clip(w, start, &first, &end);
    ptrdiff_t from = start + (ptrdiff_t)(first * w->dilation);
#define PIXEL(LANES)                                                                            \
  {                                                                                             \
    float##LANES best = (float##LANES)(-INFINITY);                                              \
    int##LANES place = (int##LANES)(-1);                                                        \
    int is_first = 1;                                                                           \
    for (size_t r = 0; r < row_count; r++) {                                                    \
      const float *x = rows[r] + from * (ptrdiff_t)channels + c;                                \
      int32_t index = wants_indices ? row_indices[r] + (int32_t)from : 0;                       \
      for (size_t k = first; k < end; k++, x += step, index += (int32_t)w->dilation) {          \
        float##LANES v = LOAD(LANES, x);                                                        \
        if (careful && is_first) {                                                              \
          best = v;                                                                             \
          place = (int##LANES)index;                                                            \
        } else if (careful) {                                                                   \
          int##LANES better = (v > best) | ((best != best) & (v == v));                         \
          best = better ? v : best;                                                             \
          if (wants_indices) place = better ? (int##LANES)index : place;                        \
        } else if (wants_indices) {                                                             \
          int##LANES better = v > best;                                                         \
          best = better ? v : best;                                                             \
          place = better ? (int##LANES)index : place;                                           \
        } else {                                                                                \
          best = v > best ? v : best;                                                           \
        }                                                                                       \
        is_first = 0;                                                                           \
      }                                                                                         \
    }                                                                                           \
    if (!careful) doubtful |= ANY_##LANES((best == (float##LANES)(-INFINITY)));                 \
    *(float##LANES *)(y + column * channels + c) = best;                                        \
    if (wants_indices) *(int##LANES *)(indices + column * channels + c) = place;                \
  }
    CHANNELS(c, w->first, w->end, PIXEL);
#undef PIXEL
  }
  return doubtful;
}

// `count` neighbouring maxima, as `depthwise_pixels` makes sums; as little careful as `max_row` may be.
ALWAYS_INLINE int max_pixels(size_t count, size_t kernel, size_t stride, int clipped, const onramp_window_row *w,
                             float *y, ptrdiff_t start, const float *const *rows, size_t row_count) {
  size_t channels = w->channels;
  int doubtful = 0;
#define PIXELS(LANES)                                                                                        \
  {                                                                                                          \
    float##LANES best[4];                                                                                    \
    _Pragma("clang loop unroll(full)") for (size_t p = 0; p < count; p++) best[p] = (float##LANES)(-INFINITY); \
    _Pragma("clang loop unroll(full)") for (size_t i = 0; i < (count - 1) * stride + kernel; i++) {          \
      if (clipped && (size_t)(start + (ptrdiff_t)i) >= w->width) continue;                                   \
      ptrdiff_t at = (start + (ptrdiff_t)i) * (ptrdiff_t)channels + (ptrdiff_t)c;                            \
      float##LANES most = (float##LANES)(-INFINITY);                                                         \
      for (size_t r = 0; r < row_count; r++) {                                                               \
        float##LANES v = LOAD(LANES, rows[r] + at);                                                          \
        most = v > most ? v : most;                                                                          \
      }                                                                                                      \
      _Pragma("clang loop unroll(full)") for (size_t p = 0; p < count; p++) {                                \
        if (i >= p * stride && i < p * stride + kernel) best[p] = most > best[p] ? most : best[p];           \
      }                                                                                                      \
    }                                                                                                        \
    _Pragma("clang loop unroll(full)") for (size_t p = 0; p < count; p++) {                                  \
      doubtful |= ANY_##LANES((best[p] == (float##LANES)(-INFINITY)));                                       \
      *(float##LANES *)(y + p * channels + c) = best[p];                                                     \
    }                                                                                                        \
  }
  CHANNELS(c, w->first, w->end, PIXELS);
#undef PIXELS
  return doubtful;
}

ALWAYS_INLINE int max_columns(size_t kernel, size_t stride, const onramp_window_row *w, float *y,
                              const float *const *rows, size_t row_count) {
  int doubtful = 0;
  for (size_t column = 0; column < w->out_width;) {
    if (w->out_width >= 4 && w->out_width - column < 4) column = w->out_width - 4;
    size_t count = w->out_width - column < 4 ? 1 : 4;
    ptrdiff_t start = (ptrdiff_t)(column * stride) - (ptrdiff_t)w->pad;
    int clipped = start < 0 || start + (ptrdiff_t)((count - 1) * stride + kernel) > (ptrdiff_t)w->width;
    float *to = y + column * w->channels;
    if (count == 1)
      doubtful |= max_pixels(1, kernel, stride, 1, w, to, start, rows, row_count);
    else if (clipped)
      doubtful |= max_pixels(4, kernel, stride, 1, w, to, start, rows, row_count);
    else if (row_count == kernel)
      doubtful |= max_pixels(4, kernel, stride, 0, w, to, start, rows, kernel);
    else
      doubtful |= max_pixels(4, kernel, stride, 0, w, to, start, rows, row_count);
    column += count;
  }
  return doubtful;
}

ALWAYS_INLINE void window_max(const onramp_window_row *w, float *y, int32_t *indices, const float *const *rows,
                              const int32_t *row_indices, size_t row_count) {
  if (indices) {
    if (max_row(0, 1, w, y, indices, rows, row_indices, row_count))
      max_row(1, 1, w, y, indices, rows, row_indices, row_count);
    return;
  }
  int doubtful;
  if (w->kernel == 3 && w->stride == 2 && w->dilation == 1)
    doubtful = max_columns(3, 2, w, y, rows, row_count);
  else if (w->kernel == 2 && w->stride == 2 && w->dilation == 1)
    doubtful = max_columns(2, 2, w, y, rows, row_count);
  else
    doubtful = max_row(0, 0, w, y, indices, rows, row_indices, row_count);
  if (doubtful) max_row(1, 0, w, y, indices, rows, row_indices, row_count);
}

ALWAYS_INLINE void window_sum(const onramp_window_row *w, float *y, const float *const *rows, size_t row_count,
                              const float *scales) {
  size_t channels = w->channels, step = w->dilation * channels;
  for (size_t column = 0; column < w->out_width; column++) {
    size_t first, end;
    ptrdiff_t start = (ptrdiff_t)(column * w->stride) - (ptrdiff_t)w->pad;
    clip(w, start, &first, &end);
    ptrdiff_t from = (start + (ptrdiff_t)(first * w->dilation)) * (ptrdiff_t)channels;
    float scale = scales[column];
#define PIXEL(LANES)                                                              \
  {                                                                               \
    float##LANES sum = (float##LANES)0.0f;                                        \
    for (size_t r = 0; r < row_count; r++) {                                      \
      const float *x = rows[r] + from + c;                                        \
      for (size_t k = first; k < end; k++, x += step) sum += LOAD(LANES, x);      \
    }                                                                             \
    *(float##LANES *)(y + column * channels + c) = sum * scale;                   \
  }
    CHANNELS(c, w->first, w->end, PIXEL);
#undef PIXEL
  }
}

ALWAYS_INLINE int window_unpool(const onramp_window_row *w, float *const *y, const int32_t *y_indices,
                                size_t kernel_rows, const float *x, const int32_t *indices) {
  size_t channels = w->channels;
  int stray = 0;
  for (size_t column = 0; column < w->out_width; column++) {
    size_t first, end;
    ptrdiff_t start = (ptrdiff_t)(column * w->stride) - (ptrdiff_t)w->pad;
    clip(w, start, &first, &end);
#define PIXEL(LANES)                                                                         \
  {                                                                                          \
    float##LANES value = LOAD(LANES, x + column * channels + c);                             \
    int##LANES place = LOAD_INDEX(LANES, indices + column * channels + c);                   \
    int##LANES found = (int##LANES)0;                                                        \
    for (size_t r = 0; r < kernel_rows; r++) {                                               \
      for (size_t k = first; k < end; k++) {                                                 \
        ptrdiff_t at = start + (ptrdiff_t)k;                                                 \
        int##LANES here = place == (int##LANES)(y_indices[r] + (int32_t)at);                 \
        found |= here;                                                                       \
        *(float##LANES *)(y[r] + at * (ptrdiff_t)channels + c) =                             \
            here ? value : (float##LANES)0.0f;                                               \
      }                                                                                      \
    }                                                                                        \
    stray |= ANY_##LANES((found == 0));                                                      \
  }
    CHANNELS(c, w->first, w->end, PIXEL);
#undef PIXEL
  }
  return !stray;
}

// MARK: Elementwise over channels

ALWAYS_INLINE void scale_shift_channels(float *y, size_t y_stride, const float *x, size_t pixels, size_t channels,
                                        const float *scale, const float *shift, float low, float high) {
  for (size_t p = 0; p < pixels; p++, x += channels, y += y_stride) {
#define PIXEL(LANES)                                                                        \
  {                                                                                         \
    float##LANES v = LOAD(LANES, x + c) * LOAD(LANES, scale + c) + LOAD(LANES, shift + c);  \
    v = v < low ? (float##LANES)low : v;                                                    \
    *(float##LANES *)(y + c) = v > high ? (float##LANES)high : v;                           \
  }
    CHANNELS(c, 0, channels, PIXEL);
#undef PIXEL
  }
}

ALWAYS_INLINE void sum_rows(double *sums, const float *x, size_t rows, size_t stride, size_t n) {
  for (size_t j = 0; j < n; j++) sums[j] = 0;
  for (size_t first = 0; first < rows; first += 64) {
    size_t count = rows - first < 64 ? rows - first : 64;
    const float *from = x + first * stride;
#define COLUMN(LANES)                                                                                     \
  {                                                                                                       \
    float##LANES a = (float##LANES)0.0f, b = a, d = a, e = a;                                             \
    size_t i = 0;                                                                                         \
    for (; i + 4 <= count; i += 4) {                                                                      \
      a += LOAD(LANES, from + i * stride + j);                                                            \
      b += LOAD(LANES, from + (i + 1) * stride + j);                                                      \
      d += LOAD(LANES, from + (i + 2) * stride + j);                                                      \
      e += LOAD(LANES, from + (i + 3) * stride + j);                                                      \
    }                                                                                                     \
    for (; i < count; i++) a += LOAD(LANES, from + i * stride + j);                                       \
    *(double##LANES *)(sums + j) += WIDEN_##LANES(((a + b) + (d + e)));                                   \
  }
    CHANNELS(j, 0, n, COLUMN);
#undef COLUMN
  }
}

// MARK: Movement

typedef uint32_t word8 __attribute__((ext_vector_type(8), aligned(4)));
typedef uint32_t word4 __attribute__((ext_vector_type(4), aligned(4)));

// 8 × 8 elements in three rounds of shuffles, each within or between halves of vectors.
ALWAYS_INLINE void transpose_8x8(uint32_t *to, size_t to_stride, const uint32_t *from, size_t from_stride) {
  word8 a[8], b[8];
  // Halves of rows i and i + 4 side by side, so that no later round crosses halves.
  for (size_t i = 0; i < 4; i++) {
    word4 low = *(const word4 *)(from + i * from_stride), high = *(const word4 *)(from + (i + 4) * from_stride);
    a[i] = __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7);
    low = *(const word4 *)(from + i * from_stride + 4);
    high = *(const word4 *)(from + (i + 4) * from_stride + 4);
    a[i + 4] = __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7);
  }
  for (size_t i = 0; i < 8; i += 2) {
    b[i] = __builtin_shufflevector(a[i], a[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    b[i + 1] = __builtin_shufflevector(a[i], a[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
  for (size_t i = 0; i < 8; i += 4) {
    a[i] = __builtin_shufflevector(b[i], b[i + 2], 0, 1, 8, 9, 4, 5, 12, 13);
    a[i + 1] = __builtin_shufflevector(b[i], b[i + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    a[i + 2] = __builtin_shufflevector(b[i + 1], b[i + 3], 0, 1, 8, 9, 4, 5, 12, 13);
    a[i + 3] = __builtin_shufflevector(b[i + 1], b[i + 3], 2, 3, 10, 11, 6, 7, 14, 15);
  }
  for (size_t i = 0; i < 8; i++) *(word8 *)(to + i * to_stride) = a[i];
}

// Few columns that lie side by side in the result, or few rows that do so in the operand: their number is a constant
// wherever this is used, and the compiler shuffles whole vectors.
ALWAYS_INLINE void interleave(uint32_t *restrict to, const uint32_t *restrict from, size_t from_stride, size_t rows,
                              size_t columns) {
  for (size_t i = 0; i < rows; i++) {
    for (size_t j = 0; j < columns; j++) to[i * columns + j] = from[j * from_stride + i];
  }
}

ALWAYS_INLINE void separate(uint32_t *restrict to, size_t to_stride, const uint32_t *restrict from, size_t rows,
                            size_t columns) {
  for (size_t j = 0; j < columns; j++) {
    for (size_t i = 0; i < rows; i++) to[i * to_stride + j] = from[j * rows + i];
  }
}

// Where the next block of 8 begins behind one that ends at `end`: earlier where it would leave the `count` that there are.
ALWAYS_INLINE size_t next_block(size_t end, size_t count) { return end < count && end + 8 > count ? count - 8 : end; }

ALWAYS_INLINE void transpose_words(uint32_t *to, size_t to_stride, const uint32_t *from, size_t from_stride,
                                   size_t rows, size_t columns) {
  if (to_stride == columns) {
    if (columns == 2) return interleave(to, from, from_stride, rows, 2);
    if (columns == 3) return interleave(to, from, from_stride, rows, 3);
    if (columns == 4) return interleave(to, from, from_stride, rows, 4);
  }
  if (from_stride == rows) {
    if (rows == 2) return separate(to, to_stride, from, 2, columns);
    if (rows == 3) return separate(to, to_stride, from, 3, columns);
    if (rows == 4) return separate(to, to_stride, from, 4, columns);
  }
  if (rows < 8 || columns < 8) {
    for (size_t j = 0; j < columns; j++)
      for (size_t i = 0; i < rows; i++) to[i * to_stride + j] = from[j * from_stride + i];
    return;
  }
  for (size_t i = 0; i + 8 <= rows;) {
    // Whole cache lines of both.
    size_t height = i + 16 <= rows ? 16 : 8;
    for (size_t j = 0; j + 8 <= columns; j = next_block(j + 8, columns)) {
      transpose_8x8(to + i * to_stride + j, to_stride, from + j * from_stride + i, from_stride);
      if (height == 16)
        transpose_8x8(to + (i + 8) * to_stride + j, to_stride, from + j * from_stride + i + 8, from_stride);
    }
    i = next_block(i + height, rows);
  }
}

typedef uint8_t bytes32 __attribute__((ext_vector_type(32), aligned(1)));

ALWAYS_INLINE void copy_runs(void *to, size_t to_stride, const void *from, size_t from_stride, size_t bytes,
                             size_t count) {
  uint8_t *t = to;
  const uint8_t *f = from;
  if (bytes < 32 || bytes > 4096) {
    for (size_t i = 0; i < count; i++) memcpy(t + i * to_stride, f + i * from_stride, bytes);
    return;
  }
  // Without a call for each: what is left at the end overlaps what comes before it.
  for (size_t i = 0; i < count; i++, t += to_stride, f += from_stride) {
    bytes32 last = *(const bytes32 *)(f + bytes - 32);
    for (size_t b = 0; b + 32 <= bytes; b += 32) *(bytes32 *)(t + b) = *(const bytes32 *)(f + b);
    *(bytes32 *)(t + bytes - 32) = last;
  }
}

TARGETS(void, window_depthwise,
        (const onramp_window_row *window, float *y, const float *const *rows, const float *const *weights,
         size_t row_count, const float *bias, float low, float high),
        (window, y, rows, weights, row_count, bias, low, high))
TARGETS(void, window_max,
        (const onramp_window_row *window, float *y, int32_t *indices, const float *const *rows,
         const int32_t *row_indices, size_t row_count),
        (window, y, indices, rows, row_indices, row_count))
TARGETS(void, window_sum,
        (const onramp_window_row *window, float *y, const float *const *rows, size_t row_count, const float *scales),
        (window, y, rows, row_count, scales))
TARGETS(int, window_unpool,
        (const onramp_window_row *window, float *const *y, const int32_t *y_indices, size_t kernel_rows, const float *x,
         const int32_t *indices),
        (window, y, y_indices, kernel_rows, x, indices))
TARGETS(void, scale_shift_channels,
        (float *y, size_t y_stride, const float *x, size_t pixels, size_t channels, const float *scale,
         const float *shift, float low, float high),
        (y, y_stride, x, pixels, channels, scale, shift, low, high))
TARGETS(void, sum_rows, (double *sums, const float *x, size_t rows, size_t stride, size_t n),
        (sums, x, rows, stride, n))
TARGETS(void, transpose_words,
        (uint32_t *to, size_t to_stride, const uint32_t *from, size_t from_stride, size_t rows, size_t columns),
        (to, to_stride, from, from_stride, rows, columns))
TARGETS(void, copy_runs,
        (void *to, size_t to_stride, const void *from, size_t from_stride, size_t bytes, size_t count),
        (to, to_stride, from, from_stride, bytes, count))
