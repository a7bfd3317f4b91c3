#include "onramp_math.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define ALWAYS_INLINE static inline __attribute__((always_inline))

// Written for one element, without branches and calls, so that the compiler turns each loop into vector code for the
// target of the function it is inlined into. The polynomials are minimax fits by Remez's algorithm.

// A loop whose iterations read only what they write themselves: the result may be an operand, which the compiler would
// otherwise answer with plain code.
#define EACH(I, N) _Pragma("clang loop vectorize(assume_safety)") for (size_t I = 0; I < N; I++)

ALWAYS_INLINE float from_bits(int32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

ALWAYS_INLINE int32_t to_bits(float x) {
  int32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

// Comparisons are written so that NaN takes the second choice and passes through.
ALWAYS_INLINE float clamp(float x, float low, float high) {
  x = x < low ? low : x;
  return x > high ? high : x;
}

// e^x = 2^n · e^r with |r| at most half of ln 2.
ALWAYS_INLINE float exp_one(float x) {
  x = clamp(x, -104.0f, 89.0f);
  // Adding 1.5 · 2^23 rounds to an integer, which the sum's low bits then hold.
  float shifted = x * 0x1.715476p+0f + 0x1.8p+23f;
  float n = shifted - 0x1.8p+23f;
  int32_t exponent = to_bits(shifted) - to_bits(0x1.8p+23f);
  // ln 2 in two parts, of which the first times n is exact.
  float r = x - n * 0x1.62e4p-1f;
  r = r - n * 0x1.7f7d1cp-20f;
  float p = 0x1.6a1a70p-10f;
  p = p * r + 0x1.123fc6p-7f;
  p = p * r + 0x1.555916p-5f;
  p = p * r + 0x1.55548ap-3f;
  p = p * r + 0x1.fffffcp-2f;
  p = p * (r * r) + r + 1.0f;
  // In two factors, so that neither overflows where the result does not, and denormal results are rounded once.
  int32_t half = exponent >> 1;
  return p * from_bits((127 + half) << 23) * from_bits((127 + exponent - half) << 23);
}

ALWAYS_INLINE float sigmoid_one(float x) {
  float e = exp_one(-fabsf(x));
  return (x >= 0 ? 1.0f : e) / (1.0f + e);
}

ALWAYS_INLINE float tanh_one(float x) {
  float a = fabsf(x);
  float t = x * x;
  float p = -0x1.76b3a8p-8f;
  p = p * t + 0x1.5258c0p-6f;
  p = p * t - 0x1.b844a0p-5f;
  p = p * t + 0x1.11076cp-3f;
  p = p * t - 0x1.555534p-2f;
  float small = p * t * x + x;
  float large = copysignf(1.0f - 2.0f / (exp_one(2.0f * a) + 1.0f), x);
  return a < 0.625f ? small : large;
}

// erf(x) for |x| below 0.95.
ALWAYS_INLINE float erf_small(float x) {
  float t = x * x;
  float p = -0x1.34a2d6p-11f;
  p = p * t + 0x1.45eb06p-8f;
  p = p * t - 0x1.b6539cp-6f;
  p = p * t + 0x1.ce16c0p-4f;
  p = p * t - 0x1.8126d0p-2f;
  p = p * t + 0x1.06eba6p-3f;
  return p * x + x;
}

// 1 - erf(a) for a between 0.9 and 4, by the exponential of a polynomial.
ALWAYS_INLINE float erfc_large(float a) {
  float p = -0x1.6f95e0p-17f;
  p = p * a + 0x1.4f524ep-12f;
  p = p * a - 0x1.dbb18ap-9f;
  p = p * a + 0x1.84d46ep-6f;
  p = p * a - 0x1.b2ff1cp-4f;
  p = p * a - 0x1.453598p-1f;
  p = p * a - 0x1.20eeb8p+0f;
  return exp_one(p * a);
}

ALWAYS_INLINE float erf_one(float x) {
  float a = fabsf(x);
  // Beyond 4 the result is 1 to the last place.
  float large = copysignf(1.0f - erfc_large(a > 4.0f ? 4.0f : a), x);
  return a < 0.92f ? erf_small(x) : large;
}

ALWAYS_INLINE float gelu_one(float x) {
  float s = x * 0x1.6a09e6p-1f;
  float a = fabsf(s);
  // The complement itself for negative x, where one plus the error function would cancel.
  float complement = erfc_large(a > 4.0f ? 4.0f : a);
  complement = a > 4.0f ? 0.0f : complement;
  float twice = a < 0.92f ? 1.0f + erf_small(s) : x > 0 ? 2.0f - complement : complement;
  return 0.5f * x * twice;
}

ALWAYS_INLINE float gelu_tanh_one(float x) {
  float inner = 0x1.988454p-1f * (x + 0.044715f * x * x * x);
  // (1 + tanh(u)) / 2 is the sigmoid of 2u.
  return x * sigmoid_one(2.0f * inner);
}

ALWAYS_INLINE void map(onramp_function function, float alpha, float beta, const float *x, float *y, size_t n) {
#define MAP(EXPRESSION)                       \
  EACH(i, n) {                                \
    float v = x[i];                           \
    y[i] = EXPRESSION;                        \
  }                                           \
  break
  switch (function) {
    case ONRAMP_EXP: MAP(exp_one(v));
    case ONRAMP_SIGMOID: MAP(sigmoid_one(v));
    case ONRAMP_TANH: MAP(tanh_one(v));
    case ONRAMP_ERF: MAP(erf_one(v));
    case ONRAMP_GELU: MAP(gelu_one(v));
    case ONRAMP_GELU_TANH: MAP(gelu_tanh_one(v));
    case ONRAMP_SWISH: MAP(v * sigmoid_one(alpha * v));
    case ONRAMP_HARD_SWISH: MAP(v * clamp(v * (1.0f / 6) + 0.5f, 0, 1));
    case ONRAMP_HARD_SIGMOID: MAP(clamp(alpha * v + beta, 0, 1));
    case ONRAMP_RELU: MAP(v < 0 ? 0.0f : v);
    case ONRAMP_LEAKY_RELU: MAP(v < 0 ? alpha * v : v);
  }
#undef MAP
}

// Sums and extremes are made in as many parts as the widest vector has lanes: their order is then fixed and the same
// on all targets, and the compiler may use vectors.
enum { LANES = 16 };

ALWAYS_INLINE void softmax(float *row, size_t n) {
  float greatest = -INFINITY;
  size_t whole = n / LANES * LANES;
  if (whole) {
    float lane[LANES];
    memcpy(lane, row, sizeof lane);
    for (size_t i = LANES; i < whole; i += LANES)
      for (size_t l = 0; l < LANES; l++) lane[l] = row[i + l] > lane[l] ? row[i + l] : lane[l];
    for (size_t l = 0; l < LANES; l++) greatest = lane[l] > greatest ? lane[l] : greatest;
  }
  for (size_t i = whole; i < n; i++) greatest = row[i] > greatest ? row[i] : greatest;
  // A row of negative infinities, as masks make them, has no greatest element to subtract.
  if (greatest == -INFINITY) greatest = 0;
  for (size_t i = 0; i < n; i++) row[i] = exp_one(row[i] - greatest);
  float lane[LANES] = {0};
  for (size_t i = 0; i < whole; i += LANES)
    for (size_t l = 0; l < LANES; l++) lane[l] += row[i + l];
  float sum = 0;
  for (size_t i = whole; i < n; i++) sum += row[i];
  for (size_t l = 0; l < LANES; l++) sum += lane[l];
  float scale = 1.0f / sum;
  for (size_t i = 0; i < n; i++) row[i] *= scale;
}

ALWAYS_INLINE double sum_of(const float *x, size_t n) {
  double lane[LANES] = {0};
  size_t whole = n / LANES * LANES;
  for (size_t i = 0; i < whole; i += LANES)
    for (size_t l = 0; l < LANES; l++) lane[l] += (double)x[i + l];
  double sum = 0;
  for (size_t i = whole; i < n; i++) sum += (double)x[i];
  for (size_t l = 0; l < LANES; l++) sum += lane[l];
  return sum;
}

ALWAYS_INLINE double squares_of(const float *x, size_t n, double mean) {
  double lane[LANES] = {0};
  size_t whole = n / LANES * LANES;
  for (size_t i = 0; i < whole; i += LANES)
    for (size_t l = 0; l < LANES; l++) {
      double d = (double)x[i + l] - mean;
      lane[l] += d * d;
    }
  double sum = 0;
  for (size_t i = whole; i < n; i++) {
    double d = (double)x[i] - mean;
    sum += d * d;
  }
  for (size_t l = 0; l < LANES; l++) sum += lane[l];
  return sum;
}

ALWAYS_INLINE void normalize(float *y, const float *x, const float *scale, const float *bias, size_t n, double epsilon,
                             int centered, double *mean, double *inverse_deviation) {
  double center = centered ? sum_of(x, n) / (double)n : 0;
  double inverse = 1 / sqrt(squares_of(x, n, center) / (double)n + epsilon);
  *mean = center;
  *inverse_deviation = inverse;
  if (!y) return;
  float c = (float)center, f = (float)inverse;
  if (bias) {
    EACH(i, n) y[i] = (x[i] - c) * f * scale[i] + bias[i];
  } else {
    EACH(i, n) y[i] = (x[i] - c) * f * scale[i];
  }
}

ALWAYS_INLINE void scale_shift(float *y, const float *x, size_t n, float scale, float shift, float low, float high) {
  EACH(i, n) y[i] = clamp(x[i] * scale + shift, low, high);
}

ALWAYS_INLINE void mean(float *result, const float *x, size_t n) { *result = (float)(sum_of(x, n) / (double)n); }

ALWAYS_INLINE void combine(onramp_combination combination, const float *x, size_t x_stride, const float *y,
                           size_t y_stride, float *z, size_t n) {
#define COMBINE(OP)                                                \
  if (x_stride == 0) {                                             \
    float a = x[0];                                                \
    EACH(i, n) z[i] = a OP y[i * y_stride];                        \
  } else if (y_stride == 0) {                                      \
    float b = y[0];                                                \
    EACH(i, n) z[i] = x[i] OP b;                                   \
  } else {                                                         \
    EACH(i, n) z[i] = x[i] OP y[i];                                \
  }                                                                \
  break
  switch (combination) {
    case ONRAMP_ADD: COMBINE(+);
    case ONRAMP_SUBTRACT: COMBINE(-);
    case ONRAMP_MULTIPLY: COMBINE(*);
    case ONRAMP_DIVIDE: COMBINE(/);
  }
#undef COMBINE
}

ALWAYS_INLINE void combine_rows(onramp_combination combination, const float *x, size_t x_stride, size_t x_row,
                                const float *y, size_t y_stride, size_t y_row, float *z, size_t n, size_t rows) {
  for (size_t i = 0; i < rows; i++) combine(combination, x + i * x_row, x_stride, y + i * y_row, y_stride, z + i * n, n);
}

ALWAYS_INLINE void add_row_product(float *restrict y, size_t n, const float *restrict a, size_t k,
                                   const float *restrict b, size_t ldb) {
  // B is far larger than the first-level cache: its rows are read from end to end, as the processor prefetches them,
  // eight at a time, so that y is touched rarely.
  size_t p = 0;
  for (; p + 8 <= k; p += 8) {
    const float *row = b + p * ldb;
    for (size_t j = 0; j < n; j++) {
      float even = a[p] * row[j] + a[p + 2] * row[2 * ldb + j] + a[p + 4] * row[4 * ldb + j] +
                   a[p + 6] * row[6 * ldb + j];
      float odd = a[p + 1] * row[ldb + j] + a[p + 3] * row[3 * ldb + j] + a[p + 5] * row[5 * ldb + j] +
                  a[p + 7] * row[7 * ldb + j];
      y[j] += even + odd;
    }
  }
  for (; p < k; p++)
    for (size_t j = 0; j < n; j++) y[j] += a[p] * b[p * ldb + j];
}

// Each function once for each target, and a choice among them by the processor at hand.
#if defined(__x86_64__)
#define TARGETS(NAME, PARAMETERS, ARGUMENTS)                                                                       \
  __attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma"))) static void NAME##_avx512 PARAMETERS {    \
    NAME ARGUMENTS;                                                                                                \
  }                                                                                                                \
  __attribute__((target("avx2,fma"))) static void NAME##_avx2 PARAMETERS { NAME ARGUMENTS; }                       \
  static void NAME##_portable PARAMETERS { NAME ARGUMENTS; }                                                       \
  void onramp_##NAME PARAMETERS {                                                                                  \
    if (__builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&                                \
        __builtin_cpu_supports("avx512bw"))                                                                        \
      return NAME##_avx512 ARGUMENTS;                                                                              \
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return NAME##_avx2 ARGUMENTS;             \
    NAME##_portable ARGUMENTS;                                                                                     \
  }
#else
#define TARGETS(NAME, PARAMETERS, ARGUMENTS) \
  void onramp_##NAME PARAMETERS { NAME ARGUMENTS; }
#endif

TARGETS(map, (onramp_function function, float alpha, float beta, const float *x, float *y, size_t n),
        (function, alpha, beta, x, y, n))
TARGETS(softmax, (float *row, size_t n), (row, n))
TARGETS(normalize,
        (float *y, const float *x, const float *scale, const float *bias, size_t n, double epsilon, int centered,
         double *mean, double *inverse_deviation),
        (y, x, scale, bias, n, epsilon, centered, mean, inverse_deviation))
TARGETS(scale_shift, (float *y, const float *x, size_t n, float scale, float shift, float low, float high),
        (y, x, n, scale, shift, low, high))
TARGETS(mean, (float *result, const float *x, size_t n), (result, x, n))
TARGETS(combine,
        (onramp_combination combination, const float *x, size_t x_stride, const float *y, size_t y_stride, float *z,
         size_t n),
        (combination, x, x_stride, y, y_stride, z, n))
TARGETS(combine_rows,
        (onramp_combination combination, const float *x, size_t x_stride, size_t x_row, const float *y, size_t y_stride,
         size_t y_row, float *z, size_t n, size_t rows),
        (combination, x, x_stride, x_row, y, y_stride, y_row, z, n, rows))
TARGETS(add_row_product, (float *y, size_t n, const float *a, size_t k, const float *b, size_t ldb),
        (y, n, a, k, b, ldb))
