#include "onramp_conv.h"

#include <string.h>

#include "targets.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

static void pack_portable(float *to, size_t panel, const float *image, const size_t *row_offsets, size_t rows,
                          const onramp_segment *segments, size_t segment_count) {
  for (size_t p = 0; p < rows; p++) {
    const float *from = image + row_offsets[p];
    for (size_t s = 0; s < segment_count; s++) {
      float *destination = to + p * panel + segments[s].column;
      const float *source = from + segments[s].offset;
      for (size_t i = 0; i < segments[s].count; i++) destination[i] = source[i];
    }
  }
}

#if defined(__x86_64__)
// Masked moves: most segments are shorter than a vector and none longer than two.
__attribute__((target("avx512f"))) static void pack_avx512(float *to, size_t panel, const float *image, const size_t *row_offsets, size_t rows,
                               const onramp_segment *segments, size_t segment_count) {
  for (size_t s = 0; s < segment_count; s++) {
    size_t n = segments[s].count;
    __mmask16 low = n >= 16 ? 0xFFFF : (__mmask16)((1u << n) - 1);
    __mmask16 high = n > 16 ? (__mmask16)((1ull << (n - 16)) - 1) : 0;
    float *destination = to + segments[s].column;
    const float *source = image + segments[s].offset;
    if (high) {
      for (size_t p = 0; p < rows; p++) {
        _mm512_mask_storeu_ps(destination + p * panel, low, _mm512_maskz_loadu_ps(low, source + row_offsets[p]));
        _mm512_mask_storeu_ps(destination + p * panel + 16, high,
                              _mm512_maskz_loadu_ps(high, source + row_offsets[p] + 16));
      }
    } else if (n == 1) {
      for (size_t p = 0; p < rows; p++) destination[p * panel] = source[row_offsets[p]];
    } else {
      for (size_t p = 0; p < rows; p++)
        _mm512_mask_storeu_ps(destination + p * panel, low, _mm512_maskz_loadu_ps(low, source + row_offsets[p]));
    }
  }
}
#endif

void onramp_conv_pack(float *to, size_t panel, const float *image, const size_t *row_offsets, size_t rows,
                      const onramp_segment *segments, size_t segment_count) {
#if defined(__x86_64__)
  if (panel <= 32 && __builtin_cpu_supports("avx512f"))
    return pack_avx512(to, panel, image, row_offsets, rows, segments, segment_count);
#endif
  pack_portable(to, panel, image, row_offsets, rows, segments, segment_count);
}

enum { BLOCK = 64 };

ALWAYS_INLINE float limited(float x, float low, float high) {
  x = x < low ? low : x;
  return x > high ? high : x;
}

// The sums of one block of outputs. Where `count` and `stride` are constants, they stay in registers.
ALWAYS_INLINE void depthwise_block(float *y, size_t count, const float *x, const size_t *offsets,
                                   const float *weights, size_t taps, size_t stride, float bias, float low,
                                   float high) {
  float sum[BLOCK];
  for (size_t j = 0; j < count; j++) sum[j] = bias;
  for (size_t p = 0; p < taps; p++) {
    const float *from = x + offsets[p];
    float weight = weights[p];
    for (size_t j = 0; j < count; j++) sum[j] += weight * from[j * stride];
  }
  for (size_t j = 0; j < count; j++) y[j] = limited(sum[j], low, high);
}

ALWAYS_INLINE void depthwise_row(float *y, size_t n, const float *x, const size_t *offsets, const float *weights,
                                 size_t taps, size_t stride, float bias, float low, float high) {
  size_t j = 0;
  if (stride == 1) {
    for (; j + BLOCK <= n; j += BLOCK)
      depthwise_block(y + j, BLOCK, x + j, offsets, weights, taps, 1, bias, low, high);
    for (; j + 16 <= n; j += 16) depthwise_block(y + j, 16, x + j, offsets, weights, taps, 1, bias, low, high);
    if (j < n) depthwise_block(y + j, n - j, x + j, offsets, weights, taps, 1, bias, low, high);
  } else if (stride == 2) {
    for (; j + 16 <= n; j += 16) depthwise_block(y + j, 16, x + 2 * j, offsets, weights, taps, 2, bias, low, high);
    if (j < n) depthwise_block(y + j, n - j, x + 2 * j, offsets, weights, taps, 2, bias, low, high);
  } else {
    for (; j < n; j += BLOCK)
      depthwise_block(y + j, n - j < BLOCK ? n - j : BLOCK, x + j * stride, offsets, weights, taps, stride, bias, low,
                      high);
  }
}

// Narrow rows waste vectors. So the plane is taken as one row of the padded image's pitch, and what lies between the
// ends of its rows and the next ones is thrown away.
ALWAYS_INLINE void depthwise_plane(float *y, size_t height, size_t width, const float *x, size_t pitch,
                                   const size_t *offsets, const float *weights, size_t taps, float bias, float low,
                                   float high) {
  size_t total = (height - 1) * pitch + width;
  size_t row = 0, column = 0;
  for (size_t start = 0; start < total; start += BLOCK) {
    size_t count = total - start < BLOCK ? total - start : BLOCK;
    float block[BLOCK];
    depthwise_row(block, count, x + start, offsets, weights, taps, 1, bias, low, high);
    for (size_t i = 0; i < count;) {
      size_t run = pitch - column < count - i ? pitch - column : count - i;
      size_t valid = column >= width ? 0 : width - column < run ? width - column : run;
      memcpy(y + row * width + column, block + i, valid * sizeof(float));
      i += run;
      column += run;
      if (column == pitch) {
        column = 0;
        row++;
      }
    }
  }
}

// A maximum that a number takes from NaN, but NaN never from a number.
ALWAYS_INLINE void pool_block(int maximum, float *y, size_t count, const float *x, const size_t *offsets, size_t taps,
                              size_t stride, float scale) {
  float best[BLOCK];
  for (size_t j = 0; j < count; j++) best[j] = x[offsets[0] + j * stride];
  for (size_t p = 1; p < taps; p++) {
    const float *from = x + offsets[p];
    if (maximum) {
      for (size_t j = 0; j < count; j++) {
        float v = from[j * stride];
        best[j] = v > best[j] || best[j] != best[j] ? v : best[j];
      }
    } else {
      for (size_t j = 0; j < count; j++) best[j] += from[j * stride];
    }
  }
  for (size_t j = 0; j < count; j++) y[j] = maximum ? best[j] : best[j] * scale;
}

ALWAYS_INLINE void pool_row(int maximum, float *y, size_t n, const float *x, const size_t *offsets, size_t taps,
                            size_t stride, float scale) {
  size_t j = 0;
  if (stride == 1) {
    for (; j + 16 <= n; j += 16) pool_block(maximum, y + j, 16, x + j, offsets, taps, 1, scale);
  } else if (stride == 2) {
    for (; j + 16 <= n; j += 16) pool_block(maximum, y + j, 16, x + 2 * j, offsets, taps, 2, scale);
  }
  for (; j < n; j += BLOCK)
    pool_block(maximum, y + j, n - j < BLOCK ? n - j : BLOCK, x + j * stride, offsets, taps, stride, scale);
}

TARGETS(void, depthwise_row,
        (float *y, size_t n, const float *x, const size_t *offsets, const float *weights, size_t taps, size_t stride,
         float bias, float low, float high),
        (y, n, x, offsets, weights, taps, stride, bias, low, high))
TARGETS(void, depthwise_plane,
        (float *y, size_t height, size_t width, const float *x, size_t pitch, const size_t *offsets,
         const float *weights, size_t taps, float bias, float low, float high),
        (y, height, width, x, pitch, offsets, weights, taps, bias, low, high))
TARGETS(void, pool_row,
        (int maximum, float *y, size_t n, const float *x, const size_t *offsets, size_t taps, size_t stride,
         float scale),
        (maximum, y, n, x, offsets, taps, stride, scale))

// The sources of one tap for `count` neighbouring windows: pixels `step` apart in one line of the image, from pixel `x` on;
// what lies outside the line is zeros, as is all where there is no line.
static void tap_sources(const float **to, size_t count, const float *line, ptrdiff_t x, ptrdiff_t step, ptrdiff_t width,
                        ptrdiff_t pitch, const float *zeros) {
  // The windows whose pixel is there.
  ptrdiff_t n = (ptrdiff_t)count, begin = 0, end = 0;
  if (line && x < width) {
    end = x + (n - 1) * step < width ? n : (width - x + step - 1) / step;
    if (x < 0) begin = (step - 1 - x) / step < end ? (step - 1 - x) / step : end;
  }
  for (ptrdiff_t i = 0; i < begin; i++) to[i] = zeros;
  for (ptrdiff_t i = begin; i < end; i++) to[i] = line + (x + i * step) * pitch;
  for (ptrdiff_t i = end; i < n; i++) to[i] = zeros;
}

void onramp_conv(const onramp_sgemm_block *block, const onramp_conv_windows *w, const float *image, const float *zeros,
                 size_t first) {
  enum { ROOM = 2 * ONRAMP_CONV_TAPS };
  const float *sources[ROOM];
  size_t taps = w->kernel[0] * w->kernel[1];
  size_t most = ROOM / taps;
  ptrdiff_t height = (ptrdiff_t)w->height, width = (ptrdiff_t)w->width, pitch = (ptrdiff_t)w->pitch;
  for (size_t start = 0; start < block->m; start += most) {
    size_t count = block->m - start < most ? block->m - start : most;
    size_t row = (first + start) / w->output_width, column = (first + start) % w->output_width;
    // Windows of one row of the result at a time: their sources lie at equal distances.
    for (size_t i = 0, run; i < count; i += run, row++, column = 0) {
      run = w->output_width - column < count - i ? w->output_width - column : count - i;
      ptrdiff_t top = (ptrdiff_t)(row * w->stride[0]) - w->pad[0];
      ptrdiff_t left = (ptrdiff_t)(column * w->stride[1]) - w->pad[1];
      const float **to = sources + i;
      for (size_t ky = 0; ky < w->kernel[0]; ky++) {
        ptrdiff_t y = top + (ptrdiff_t)(ky * w->dilation[0]);
        const float *line = y >= 0 && y < height ? image + y * width * pitch : NULL;
        for (size_t kx = 0; kx < w->kernel[1]; kx++, to += count)
          tap_sources(to, run, line, left + (ptrdiff_t)(kx * w->dilation[1]), (ptrdiff_t)w->stride[1], width, pitch, zeros);
      }
    }
    onramp_sgemm_block part = *block;
    part.m = count;
    part.taps = taps;
    part.sources = sources;
    part.source_stride = count;
    part.c = block->c + onramp_sgemm_row(block, start, block->ldc);
    if (block->add) part.add = block->add + onramp_sgemm_row(block, start, block->ld_add);
    if (block->line) part.column = (block->column + start) % block->line;
    onramp_sgemm(&part);
  }
}
