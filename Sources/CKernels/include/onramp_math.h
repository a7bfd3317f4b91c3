#ifndef ONRAMP_MATH_H
#define ONRAMP_MATH_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// Functions of single-precision elements by polynomials, vectorized. Errors are the greatest found over all floats of
// finite x, in units of the last place of the exact result, with fused multiply-adds.
typedef enum {
  // e^x: 1 ULP; denormal results and overflow included.
  ONRAMP_EXP,
  // 1 / (1 + e^-x): 2.4 ULP.
  ONRAMP_SIGMOID,
  // 1.4 ULP.
  ONRAMP_TANH,
  // 1.4 ULP.
  ONRAMP_ERF,
  // x/2 · (1 + erf(x/√2)): 1.5e-7 of max(|x|, 1).
  ONRAMP_GELU,
  // x/2 · (1 + tanh(√(2/π) · (x + 0.044715 · x³))): 1.5e-7 of max(|x|, 1).
  ONRAMP_GELU_TANH,
  // x / (1 + e^(-alpha · x)): 1.5e-7 of max(|x|, 1).
  ONRAMP_SWISH,
  // x · clamp(x/6 + 1/2, 0, 1).
  ONRAMP_HARD_SWISH,
  // clamp(alpha · x + beta, 0, 1).
  ONRAMP_HARD_SIGMOID,
  ONRAMP_RELU,
  // alpha · x where x is negative.
  ONRAMP_LEAKY_RELU,
  // clamp(x, alpha, beta).
  ONRAMP_CLIP,
  ONRAMP_ABSOLUTE,
  ONRAMP_NEGATE,
  ONRAMP_SQUARE_ROOT,
  ONRAMP_RECIPROCAL,
} onramp_function;

// y[i] = f(x[i]) for i below n; y may be x. NaN stays NaN.
void onramp_map(onramp_function function, float alpha, float beta, const float *x, float *y, size_t n);

// Replaces the elements of a row by e^x over the sum of all e^x. A row of negative infinities becomes NaN.
void onramp_softmax(float *row, size_t n);

// y[i] = (x[i] - mean) / √(variance + epsilon) · scale[i] + bias[i] over n neighbouring elements; bias may be NULL.
// Sums are in double precision. Where `centered` is 0, the mean is taken to be 0. y may be x, and NULL for none.
void onramp_normalize(float *y, const float *x, const float *scale, const float *bias, size_t n, double epsilon,
                      int centered, double *mean, double *inverse_deviation);

// Turns the pairs x[i] and x[half + i] for i below half by angles of the given cosines and sines; y may be x.
void onramp_rotate(float *y, const float *x, const float *cosines, const float *sines, size_t half);

// y[i] = clamp(x[i] · scale + shift, low, high) for i below n; y may be x. NaN stays NaN.
void onramp_scale_shift(float *y, const float *x, size_t n, float scale, float shift, float low, float high);

// *mean = the mean of n neighbouring elements, summed in double precision.
void onramp_mean(float *mean, const float *x, size_t n);

// How an element of one operand is combined with one of another.
typedef enum {
  ONRAMP_ADD,
  ONRAMP_SUBTRACT,
  ONRAMP_MULTIPLY,
  ONRAMP_DIVIDE,
  // NaN when either element is.
  ONRAMP_MINIMUM,
  ONRAMP_MAXIMUM,
} onramp_combination;

// z[i] = x[i] ∘ y[i] for i below n, where a stride of 0 repeats an operand's first element; z may be either operand.
void onramp_combine(onramp_combination combination, const float *x, size_t x_stride, const float *y, size_t y_stride,
                    float *z, size_t n);

// As `onramp_combine` for each of `rows` rows of n elements of z, one behind the other, whose operands start `x_row` and
// `y_row` elements apart; 0 repeats a row.
void onramp_combine_rows(onramp_combination combination, const float *x, size_t x_stride, size_t x_row, const float *y,
                         size_t y_stride, size_t y_row, float *z, size_t n, size_t rows);

// y[j] += Σ over p below k of a[p] · b[p · ldb + j], for j below n.
void onramp_add_row_product(float *y, size_t n, const float *a, size_t k, const float *b, size_t ldb);

#ifdef __cplusplus
}
#endif
#endif
