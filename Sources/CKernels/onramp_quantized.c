#include "onramp_quantized.h"

#include <string.h>

#include "targets.h"

// MARK: To and from floats

// Comparisons send NaN, which has no integer, to the lower bound.
ALWAYS_INLINE uint8_t rounded(float value, float zero, float low, float high) {
  value = __builtin_rintf(value) + zero;
  value = value > low ? value : low;
  value = value < high ? value : high;
  return (uint8_t)(int32_t)value;
}

ALWAYS_INLINE void quantize(uint8_t *restrict y, const float *restrict x, float scale, onramp_quantization q, size_t n) {
  for (size_t i = 0; i < n; i++) y[i] = rounded(x[i] / scale, q.zero, q.low, q.high);
}
TARGETS(void, quantize, (uint8_t *y, const float *x, float scale, onramp_quantization q, size_t n), (y, x, scale, q, n))

ALWAYS_INLINE void quantize_each(uint8_t *restrict y, const float *restrict x, const float *restrict scales,
                                 const int32_t *restrict zeros, float low, float high, size_t n) {
  if (zeros) {
    for (size_t i = 0; i < n; i++) y[i] = rounded(x[i] / scales[i], (float)zeros[i], low, high);
  } else {
    for (size_t i = 0; i < n; i++) y[i] = rounded(x[i] / scales[i], 0, low, high);
  }
}
TARGETS(void, quantize_each,
        (uint8_t *y, const float *x, const float *scales, const int32_t *zeros, float low, float high, size_t n),
        (y, x, scales, zeros, low, high, n))

// Sums wrap around as the product's do.
ALWAYS_INLINE void requantize(uint8_t *restrict y, const int32_t *restrict sums, int32_t bias, float factor,
                              onramp_quantization q, size_t n) {
  for (size_t i = 0; i < n; i++)
    y[i] = rounded((float)(int32_t)((uint32_t)sums[i] + (uint32_t)bias) * factor, q.zero, q.low, q.high);
}
TARGETS(void, requantize,
        (uint8_t *y, const int32_t *sums, int32_t bias, float factor, onramp_quantization q, size_t n),
        (y, sums, bias, factor, q, n))

ALWAYS_INLINE void requantize_each(uint8_t *restrict y, const int32_t *restrict sums, const float *restrict factors,
                                   onramp_quantization q, size_t n) {
  for (size_t i = 0; i < n; i++) y[i] = rounded((float)sums[i] * factors[i], q.zero, q.low, q.high);
}
TARGETS(void, requantize_each,
        (uint8_t *y, const int32_t *sums, const float *factors, onramp_quantization q, size_t n),
        (y, sums, factors, q, n))

ALWAYS_INLINE int32_t number(uint8_t bits, int is_signed) { return is_signed ? (int32_t)(int8_t)bits : (int32_t)bits; }

ALWAYS_INLINE void dequantize_as(float *restrict y, const uint8_t *restrict x, int is_signed, int32_t zero, float scale,
                                 size_t n) {
  for (size_t i = 0; i < n; i++) y[i] = (float)(number(x[i], is_signed) - zero) * scale;
}
ALWAYS_INLINE void dequantize(float *y, const uint8_t *x, int is_signed, int32_t zero, float scale, size_t n) {
  if (is_signed)
    dequantize_as(y, x, 1, zero, scale, n);
  else
    dequantize_as(y, x, 0, zero, scale, n);
}
TARGETS(void, dequantize, (float *y, const uint8_t *x, int is_signed, int32_t zero, float scale, size_t n),
        (y, x, is_signed, zero, scale, n))

ALWAYS_INLINE void dequantize_each_as(float *restrict y, const uint8_t *restrict x, int is_signed,
                                      const int32_t *restrict zeros, const float *restrict scales, size_t n) {
  if (zeros) {
    for (size_t i = 0; i < n; i++) y[i] = (float)(number(x[i], is_signed) - zeros[i]) * scales[i];
  } else {
    for (size_t i = 0; i < n; i++) y[i] = (float)number(x[i], is_signed) * scales[i];
  }
}
ALWAYS_INLINE void dequantize_each(float *y, const uint8_t *x, int is_signed, const int32_t *zeros, const float *scales,
                                   size_t n) {
  if (is_signed)
    dequantize_each_as(y, x, 1, zeros, scales, n);
  else
    dequantize_each_as(y, x, 0, zeros, scales, n);
}
TARGETS(void, dequantize_each,
        (float *y, const uint8_t *x, int is_signed, const int32_t *zeros, const float *scales, size_t n),
        (y, x, is_signed, zeros, scales, n))

ALWAYS_INLINE void range(const float *x, size_t n, float *low, float *high) {
  enum { LANES = 32 };
  float least[LANES] = {0}, greatest[LANES] = {0};
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    for (int j = 0; j < LANES; j++) least[j] = x[i + j] < least[j] ? x[i + j] : least[j];
    for (int j = 0; j < LANES; j++) greatest[j] = x[i + j] > greatest[j] ? x[i + j] : greatest[j];
  }
  for (int j = 0; i < n; i++, j++) {
    least[j] = x[i] < least[j] ? x[i] : least[j];
    greatest[j] = x[i] > greatest[j] ? x[i] : greatest[j];
  }
  *low = *high = 0;
  for (int j = 0; j < LANES; j++) {
    if (least[j] < *low) *low = least[j];
    if (greatest[j] > *high) *high = greatest[j];
  }
}
TARGETS(void, range, (const float *x, size_t n, float *low, float *high), (x, n, low, high))

// MARK: Packing

ALWAYS_INLINE void widen_as(int16_t *restrict y, const uint8_t *restrict x, int is_signed, int32_t zero, size_t n) {
  for (size_t i = 0; i < n; i++) y[i] = (int16_t)(number(x[i], is_signed) - zero);
}
ALWAYS_INLINE void widen(int16_t *y, const uint8_t *x, int is_signed, int32_t zero, size_t n) {
  if (is_signed)
    widen_as(y, x, 1, zero, n);
  else
    widen_as(y, x, 0, zero, n);
}
TARGETS(void, widen, (int16_t *y, const uint8_t *x, int is_signed, int32_t zero, size_t n), (y, x, is_signed, zero, n))

enum { COLUMNS = ONRAMP_PANEL_COLUMNS, ROWS = ONRAMP_TILE_ROWS };

// Two rows of a panel side by side.
ALWAYS_INLINE void interleave(int16_t *restrict to, const int16_t *restrict even, const int16_t *restrict odd) {
  for (int j = 0; j < COLUMNS; j++) {
    to[2 * j] = even[j];
    to[2 * j + 1] = odd[j];
  }
}

ALWAYS_INLINE void pack_panels(int16_t *to, const uint8_t *b, int is_signed, size_t column_stride, size_t row_stride,
                               const int32_t *zeros, int32_t zero, size_t n, size_t k) {
  for (size_t first = 0; first < n; first += COLUMNS) {
    size_t columns = n - first < COLUMNS ? n - first : COLUMNS;
    int16_t zero_of[COLUMNS] = {0};
    for (size_t j = 0; j < columns; j++) zero_of[j] = (int16_t)(zeros ? zeros[first + j] : zero);
    for (size_t p = 0; p < k; p += 2) {
      int16_t rows[2][COLUMNS] = {{0}};
      for (size_t r = 0; r < 2 && p + r < k; r++) {
        const uint8_t *from = b + first * column_stride + (p + r) * row_stride;
        if (columns == COLUMNS && column_stride == 1) {
          for (int j = 0; j < COLUMNS; j++) rows[r][j] = (int16_t)(number(from[j], is_signed) - zero_of[j]);
        } else {
          for (size_t j = 0; j < columns; j++)
            rows[r][j] = (int16_t)(number(from[j * column_stride], is_signed) - zero_of[j]);
        }
      }
      interleave(to, rows[0], rows[1]);
      to += 2 * COLUMNS;
    }
  }
}
TARGETS(void, pack_panels,
        (int16_t *to, const uint8_t *b, int is_signed, size_t column_stride, size_t row_stride, const int32_t *zeros,
         int32_t zero, size_t n, size_t k),
        (to, b, is_signed, column_stride, row_stride, zeros, zero, n, k))

ALWAYS_INLINE void pack_patches(int16_t *to, const int16_t *x, const int32_t *at, size_t columns, const int32_t *step,
                                size_t depth) {
  int is_dense = columns == COLUMNS;
  for (size_t j = 1; j < columns; j++) is_dense &= at[j] == at[0] + (int32_t)j;
  for (size_t p = 0; p < depth; p += 2) {
    int has_odd = p + 1 < depth;
    if (is_dense && has_odd) {
      interleave(to, x + at[0] + step[p], x + at[0] + step[p + 1]);
    } else {
      int16_t rows[2][COLUMNS] = {{0}};
      for (size_t j = 0; j < columns; j++) rows[0][j] = x[at[j] + step[p]];
      for (size_t j = 0; has_odd && j < columns; j++) rows[1][j] = x[at[j] + step[p + 1]];
      interleave(to, rows[0], rows[1]);
    }
    to += 2 * COLUMNS;
  }
}
TARGETS(void, pack_patches,
        (int16_t *to, const int16_t *x, const int32_t *at, size_t columns, const int32_t *step, size_t depth),
        (to, x, at, columns, step, depth))

ALWAYS_INLINE void unpack_bits(float *restrict y, const uint8_t *restrict x, int bits, float zero, float scale,
                               size_t n) {
  size_t i = 0;
  if (bits == 8) {
    for (; i < n; i++) y[i] = ((float)x[i] - zero) * scale;
  } else if (bits == 4) {
    // Sixteen numbers at a time, whose bytes become vectors.
    for (; i + 16 <= n; i += 16) {
      uint8_t numbers[16];
      for (int j = 0; j < 8; j++) {
        numbers[2 * j] = x[i / 2 + j] & 15;
        numbers[2 * j + 1] = x[i / 2 + j] >> 4;
      }
      for (int j = 0; j < 16; j++) y[i + j] = ((float)numbers[j] - zero) * scale;
    }
  }
  int each = 8 / bits;
  for (; i < n; i++) {
    int number = x[i / each] >> i % each * bits & ((1 << bits) - 1);
    y[i] = ((float)number - zero) * scale;
  }
}
TARGETS(void, unpack_bits, (float *y, const uint8_t *x, int bits, float zero, float scale, size_t n),
        (y, x, bits, zero, scale, n))

// MARK: Products

ALWAYS_INLINE float dot(const float *x, const float *y, size_t n) {
  // So many sums that none waits for its last addition.
  enum { LANES = 32 };
  float sum[LANES] = {0}, total = 0;
  size_t i = 0;
  for (; i + LANES <= n; i += LANES)
    for (int j = 0; j < LANES; j++) sum[j] += x[i + j] * y[i + j];
  for (int j = 0; j < LANES; j++) total += sum[j];
  for (; i < n; i++) total += x[i] * y[i];
  return total;
}
TARGETS(float, dot, (const float *x, const float *y, size_t n), (x, y, n))

// Three taps at a time, so that sums are read and written less often.
ALWAYS_INLINE void sum_windows_by(const size_t column_step, int32_t *sums, const int16_t *x, size_t row_step,
                                  size_t rows, size_t columns, const int16_t *w, const int32_t *steps, size_t taps) {
  for (size_t i = 0; i < rows; i++, x += row_step, sums += columns) {
    int32_t *restrict to = sums;
    size_t t = 0;
    for (size_t j = 0; j < columns; j++) to[j] = 0;
    for (; t + 3 <= taps; t += 3) {
      const int16_t *a = x + steps[t], *b = x + steps[t + 1], *c = x + steps[t + 2];
      int32_t wa = w[t], wb = w[t + 1], wc = w[t + 2];
      for (size_t j = 0; j < columns; j++)
        to[j] += wa * a[j * column_step] + wb * b[j * column_step] + wc * c[j * column_step];
    }
    for (; t < taps; t++) {
      const int16_t *a = x + steps[t];
      int32_t wa = w[t];
      for (size_t j = 0; j < columns; j++) to[j] += wa * a[j * column_step];
    }
  }
}
ALWAYS_INLINE void sum_windows(int32_t *sums, const int16_t *x, size_t row_step, size_t column_step, size_t rows,
                               size_t columns, const int16_t *w, const int32_t *steps, size_t taps) {
  if (column_step == 1)
    sum_windows_by(1, sums, x, row_step, rows, columns, w, steps, taps);
  else if (column_step == 2)
    sum_windows_by(2, sums, x, row_step, rows, columns, w, steps, taps);
  else
    sum_windows_by(column_step, sums, x, row_step, rows, columns, w, steps, taps);
}
TARGETS(void, sum_windows,
        (int32_t *sums, const int16_t *x, size_t row_step, size_t column_step, size_t rows, size_t columns,
         const int16_t *w, const int32_t *steps, size_t taps),
        (sums, x, row_step, column_step, rows, columns, w, steps, taps))

// Rows of A times a panel, of which all 16 columns are written.

static void tile_portable(size_t rows, int32_t *c, size_t ldc, const int16_t *a, size_t lda, const int16_t *b,
                          size_t pairs) {
  for (size_t r = 0; r < rows; r++) {
    // Unsigned, so that sums wrap around.
    uint32_t sum[COLUMNS] = {0};
    for (size_t p = 0; p < pairs; p++) {
      int32_t even = a[r * lda + 2 * p], odd = a[r * lda + 2 * p + 1];
      const int16_t *column = b + p * 2 * COLUMNS;
      for (int j = 0; j < COLUMNS; j++) sum[j] += (uint32_t)(even * column[2 * j]) + (uint32_t)(odd * column[2 * j + 1]);
    }
    memcpy(c + r * ldc, sum, sizeof sum);
  }
}

#if defined(__x86_64__)
#include <immintrin.h>

AVX2_TARGET ALWAYS_INLINE void tile_avx2_of(int R, int32_t *c, size_t ldc, const int16_t *a, size_t lda,
                                            const int16_t *b, size_t pairs) {
  __m256i sum[ROWS][2];
  UNROLL for (int r = 0; r < R; r++) sum[r][0] = sum[r][1] = _mm256_setzero_si256();
  for (size_t p = 0; p < pairs; p++) {
    __m256i left = _mm256_loadu_si256((const __m256i *)b), right = _mm256_loadu_si256((const __m256i *)(b + COLUMNS));
    b += 2 * COLUMNS;
    UNROLL for (int r = 0; r < R; r++) {
      int32_t pair;
      memcpy(&pair, a + r * lda + 2 * p, sizeof pair);
      __m256i x = _mm256_set1_epi32(pair);
      sum[r][0] = _mm256_add_epi32(sum[r][0], _mm256_madd_epi16(x, left));
      sum[r][1] = _mm256_add_epi32(sum[r][1], _mm256_madd_epi16(x, right));
    }
  }
  UNROLL for (int r = 0; r < R; r++) {
    _mm256_storeu_si256((__m256i *)(c + r * ldc), sum[r][0]);
    _mm256_storeu_si256((__m256i *)(c + r * ldc + 8), sum[r][1]);
  }
}

AVX2_TARGET static void tile_avx2(size_t rows, int32_t *c, size_t ldc, const int16_t *a, size_t lda, const int16_t *b,
                                  size_t pairs) {
  switch (rows) {
    case 1: tile_avx2_of(1, c, ldc, a, lda, b, pairs); break;
    case 2: tile_avx2_of(2, c, ldc, a, lda, b, pairs); break;
    case 3: tile_avx2_of(3, c, ldc, a, lda, b, pairs); break;
    case 4: tile_avx2_of(4, c, ldc, a, lda, b, pairs); break;
    case 5: tile_avx2_of(5, c, ldc, a, lda, b, pairs); break;
    case 6: tile_avx2_of(6, c, ldc, a, lda, b, pairs); break;
  }
}
#endif

static void tile(size_t rows, int32_t *c, size_t ldc, const int16_t *a, size_t lda, const int16_t *b, size_t pairs) {
#if defined(__x86_64__)
  if (best_target() != ON_ANY) return tile_avx2(rows, c, ldc, a, lda, b, pairs);
#endif
  tile_portable(rows, c, ldc, a, lda, b, pairs);
}

void onramp_igemm(int32_t *c, size_t ldc, const int16_t *a, size_t lda, const int16_t *b, size_t m, size_t n,
                  size_t pairs) {
  // Rows of A that stay in the second-level cache while the panels pass by.
  size_t block = ((size_t)1 << 16) / (pairs ? pairs : 1) / ROWS * ROWS;
  if (block < ROWS) block = ROWS;
  for (size_t top = 0; top < m; top += block) {
    size_t end = m - top < block ? m : top + block;
    for (size_t first = 0; first < n; first += COLUMNS) {
      const int16_t *panel = b + first * 2 * pairs;
      size_t columns = n - first < COLUMNS ? n - first : COLUMNS;
      for (size_t i = top; i < end; i += ROWS) {
        size_t rows = end - i < ROWS ? end - i : ROWS;
        int32_t *to = c + i * ldc + first;
        if (columns == COLUMNS) {
          tile(rows, to, ldc, a + i * lda, lda, panel, pairs);
        } else {
          int32_t whole[ROWS * COLUMNS];
          tile(rows, whole, COLUMNS, a + i * lda, lda, panel, pairs);
          for (size_t r = 0; r < rows; r++) memcpy(to + r * ldc, whole + r * COLUMNS, columns * sizeof *to);
        }
      }
    }
  }
}
