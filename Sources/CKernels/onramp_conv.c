#include "onramp_conv.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#define AVX2 __attribute__((target("avx2,fma")))
#define AVX512 __attribute__((target("avx512f,avx2,fma")))
#endif
#define ALWAYS_INLINE static inline __attribute__((always_inline))

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
AVX512 static void pack_avx512(float *to, size_t panel, const float *image, const size_t *row_offsets, size_t rows,
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

ALWAYS_INLINE void depthwise(float *y, size_t n, const float *x, const size_t *offsets, const float *weights,
                             size_t taps, size_t stride, float bias, float low, float high) {
  for (size_t start = 0; start < n; start += BLOCK) {
    size_t count = n - start < BLOCK ? n - start : BLOCK;
    float sum[BLOCK];
    for (size_t j = 0; j < count; j++) sum[j] = bias;
    for (size_t p = 0; p < taps; p++) {
      const float *from = x + offsets[p] + start * stride;
      float weight = weights[p];
      if (stride == 1) {
        for (size_t j = 0; j < count; j++) sum[j] += weight * from[j];
      } else if (stride == 2) {
        for (size_t j = 0; j < count; j++) sum[j] += weight * from[2 * j];
      } else {
        for (size_t j = 0; j < count; j++) sum[j] += weight * from[j * stride];
      }
    }
    for (size_t j = 0; j < count; j++) y[start + j] = sum[j] < low ? low : sum[j] > high ? high : sum[j];
  }
}

static void depthwise_portable(float *y, size_t n, const float *x, const size_t *offsets, const float *weights,
                               size_t taps, size_t stride, float bias, float low, float high) {
  depthwise(y, n, x, offsets, weights, taps, stride, bias, low, high);
}

#if defined(__x86_64__)
AVX2 static void depthwise_avx2(float *y, size_t n, const float *x, const size_t *offsets, const float *weights,
                                size_t taps, size_t stride, float bias, float low, float high) {
  depthwise(y, n, x, offsets, weights, taps, stride, bias, low, high);
}
#endif

void onramp_depthwise_row(float *y, size_t n, const float *x, const size_t *offsets, const float *weights,
                          size_t taps, size_t stride, float bias, float low, float high) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return depthwise_avx2(y, n, x, offsets, weights, taps, stride, bias, low, high);
#endif
  depthwise_portable(y, n, x, offsets, weights, taps, stride, bias, low, high);
}
