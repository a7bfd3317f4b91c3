#ifndef ONRAMP_QUANTIZED_H
#define ONRAMP_QUANTIZED_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Numbers of 8 bits: to and from floats, and their products in 32 bits.

// How sums or floats become numbers of 8 bits: these are at least `low` and at most `high`, of int8 and uint8 alike.
typedef struct {
  float zero, low, high;
} onramp_quantization;

// y = x / scale, rounded to even, plus the zero point; what is no number becomes the lower bound.
void onramp_quantize(uint8_t *y, const float *x, float scale, onramp_quantization q, size_t n);
// The same with a scale and a zero point for each number.
void onramp_quantize_each(uint8_t *y, const float *x, const float *scales, const int32_t *zeros, float low, float high,
                          size_t n);
// y = (sums + bias) × factor, rounded to even, plus the zero point.
void onramp_requantize(uint8_t *y, const int32_t *sums, int32_t bias, float factor, onramp_quantization q, size_t n);
// The same with a factor for each number and no bias.
void onramp_requantize_each(uint8_t *y, const int32_t *sums, const float *factors, onramp_quantization q, size_t n);
// y = (x - zero) × scale, of x as int8 or uint8.
void onramp_dequantize(float *y, const uint8_t *x, int is_signed, int32_t zero, float scale, size_t n);
// The same with a scale and, where `zeros` is not NULL, a zero point for each number.
void onramp_dequantize_each(float *y, const uint8_t *x, int is_signed, const int32_t *zeros, const float *scales,
                            size_t n);
// The least and the greatest of zero and n numbers; NaN counts as zero.
void onramp_range(const float *x, size_t n, float *low, float *high);

// The columns of a panel of B, and the rows of A that are multiplied with one at a time.
enum { ONRAMP_PANEL_COLUMNS = 16, ONRAMP_TILE_ROWS = 6 };

// x as int8 or uint8 less a zero point.
void onramp_widen(int16_t *y, const uint8_t *x, int is_signed, int32_t zero, size_t n);

// Panels of B, k × n, whose elements are int8 or uint8 and lie column_stride and row_stride bytes apart, less their
// columns' zero points, or one for all where `zeros` is NULL. Two rows stand side by side, the elements of a column
// next to each other: vectors of 16 columns, or zeros where B has no more. k is rounded up to an even number.
void onramp_pack_panels(int16_t *to, const uint8_t *b, int is_signed, size_t column_stride, size_t row_stride,
                        const int32_t *zeros, int32_t zero, size_t n, size_t k);

// One panel of what a convolution multiplies its weights with: for each of `depth` steps the numbers that lie step[p]
// beyond where each of up to 16 outputs starts reading, at[column] from x.
void onramp_pack_patches(int16_t *to, const int16_t *x, const int32_t *at, size_t columns, const int32_t *step,
                         size_t depth);

// C, m × n = A, m × k, times B in panels, in 32 bits that wrap around. A has an even number of columns, `pairs` pairs.
void onramp_igemm(int32_t *c, size_t ldc, const int16_t *a, size_t lda, const int16_t *b, size_t m, size_t n,
                  size_t pairs);

// Sums over a plane's windows, rows × columns of them: output (i, j) is the sum of w[t] times what lies
// i * row_step + j * column_step + steps[t] beyond x.
void onramp_sum_windows(int32_t *sums, const int16_t *x, size_t row_step, size_t column_step, size_t rows,
                        size_t columns, const int16_t *w, const int32_t *steps, size_t taps);

// y = (x - zero) × scale, of numbers of 2, 4 or 8 bits, the first in a byte's lowest.
void onramp_unpack_bits(float *y, const uint8_t *x, int bits, float zero, float scale, size_t n);

// The sum of products of n numbers.
float onramp_dot(const float *x, const float *y, size_t n);

#ifdef __cplusplus
}
#endif

#endif
