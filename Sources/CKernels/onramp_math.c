#include "onramp_math.h"

#include "elementary.h"

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

// 2^x where x is between -127 and 128, to 2e-7 of it; zero and infinity take the place of what is no normal
// number.
ALWAYS_INLINE float exp2_near(float x) {
  // 2^n = bits n + 127 from bit 23 on, which the sum holds at its end.
  float shifted = x + (0x1.8p+23f + 127.0f);
  float r = x - (shifted - (0x1.8p+23f + 127.0f));
  float p = 0x1.5c08e6p-10f;
  p = p * r + 0x1.3d0c52p-7f;
  p = p * r + 0x1.c6b6e4p-5f;
  p = p * r + 0x1.ebf918p-3f;
  p = p * r + 0x1.62e428p-1f;
  p = p * r + 0x1.000002p+0f;
  return p * from_bits((int32_t)((uint32_t)to_bits(shifted) << 23));
}

// x / (1 + 2^y).
ALWAYS_INLINE float gated(float x, float y) { return x / (1.0f + exp2_near(clamp(y, -127.0f, 128.0f))); }

// max(x, 0) less |x| times the part of the normal distribution beyond |x|, which is a power of two of a polynomial.
ALWAYS_INLINE float gelu_one(float x) {
  float a = fabsf(x);
  float p = -0x1.459b70p-19f;
  p = p * a + 0x1.20e94cp-15f;
  p = p * a - 0x1.54bd74p-13f;
  p = p * a - 0x1.98f79ep-13f;
  p = p * a + 0x1.d3faf6p-8f;
  p = p * a - 0x1.ae8024p-5f;
  p = p * a - 0x1.d635aap-2f;
  p = p * a - 0x1.26aefep+0f;
  p = p * a - 1.0f;
  float tail = a * exp2_near(p);
  // Beyond, the fit is none, and the tail at most 1.1e-7.
  tail = a > 5.5f ? 0.0f : tail;
  return (x < 0 ? 0.0f : x) - tail;
}

ALWAYS_INLINE float gelu_tanh_one(float x) {
  // (1 + tanh(u)) / 2 is 1 / (1 + e^-2u).
  return gated(x, x * (-0x1.26aec2p+1f - 0x1.a5a7d0p-4f * (x * x)));
}

ALWAYS_INLINE void map(onramp_function function, float alpha, float beta, const float *x, float *y, size_t n) {
  // e^(-alpha · x) as a power of two.
  float factor = alpha * -0x1.715476p+0f;
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
    case ONRAMP_SWISH: MAP(gated(v, v * factor));
    case ONRAMP_HARD_SWISH: MAP(v * clamp(v * (1.0f / 6) + 0.5f, 0, 1));
    case ONRAMP_HARD_SIGMOID: MAP(clamp(alpha * v + beta, 0, 1));
    case ONRAMP_RELU: MAP(v < 0 ? 0.0f : v);
    case ONRAMP_LEAKY_RELU: MAP(v < 0 ? alpha * v : v);
    case ONRAMP_CLIP: MAP(clamp(v, alpha, beta));
    case ONRAMP_ABSOLUTE: MAP(v < 0 ? -v : v == 0 ? 0.0f : v);
    case ONRAMP_NEGATE: MAP(-v);
    case ONRAMP_SQUARE_ROOT: MAP(__builtin_elementwise_sqrt(v));
    case ONRAMP_RECIPROCAL: MAP(1.0f / v);
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

ALWAYS_INLINE void rotate(float *y, const float *x, const float *cosines, const float *sines, size_t half) {
  EACH(i, half) {
    float a = x[i], b = x[half + i];
    y[i] = cosines[i] * a - sines[i] * b;
    y[half + i] = sines[i] * a + cosines[i] * b;
  }
}

ALWAYS_INLINE void scale_shift(float *y, const float *x, size_t n, float scale, float shift, float low, float high) {
  EACH(i, n) y[i] = clamp(x[i] * scale + shift, low, high);
}

ALWAYS_INLINE void mean(float *result, const float *x, size_t n) { *result = (float)(sum_of(x, n) / (double)n); }

ALWAYS_INLINE void combine(onramp_combination combination, const float *x, size_t x_stride, const float *y,
                           size_t y_stride, float *z, size_t n) {
#define COMBINE(EXPRESSION)                  \
  if (x_stride == 0) {                       \
    float a = x[0];                          \
    EACH(i, n) {                             \
      float b = y[i * y_stride];             \
      z[i] = EXPRESSION;                     \
    }                                        \
  } else if (y_stride == 0) {                \
    float b = y[0];                          \
    EACH(i, n) {                             \
      float a = x[i];                        \
      z[i] = EXPRESSION;                     \
    }                                        \
  } else {                                   \
    EACH(i, n) {                             \
      float a = x[i], b = y[i];              \
      z[i] = EXPRESSION;                     \
    }                                        \
  }                                          \
  break
  switch (combination) {
    case ONRAMP_ADD: COMBINE(a + b);
    case ONRAMP_SUBTRACT: COMBINE(a - b);
    case ONRAMP_MULTIPLY: COMBINE(a * b);
    case ONRAMP_DIVIDE: COMBINE(a / b);
    case ONRAMP_MINIMUM: COMBINE(a < b || a != a ? a : b);
    case ONRAMP_MAXIMUM: COMBINE(a > b || a != a ? a : b);
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

TARGETS(void, map, (onramp_function function, float alpha, float beta, const float *x, float *y, size_t n),
        (function, alpha, beta, x, y, n))
TARGETS(void, softmax, (float *row, size_t n), (row, n))
TARGETS(void, normalize,
        (float *y, const float *x, const float *scale, const float *bias, size_t n, double epsilon, int centered,
         double *mean, double *inverse_deviation),
        (y, x, scale, bias, n, epsilon, centered, mean, inverse_deviation))
TARGETS(void, rotate, (float *y, const float *x, const float *cosines, const float *sines, size_t half),
        (y, x, cosines, sines, half))
TARGETS(void, scale_shift, (float *y, const float *x, size_t n, float scale, float shift, float low, float high),
        (y, x, n, scale, shift, low, high))
TARGETS(void, mean, (float *result, const float *x, size_t n), (result, x, n))
TARGETS(void, combine,
        (onramp_combination combination, const float *x, size_t x_stride, const float *y, size_t y_stride, float *z,
         size_t n),
        (combination, x, x_stride, y, y_stride, z, n))
TARGETS(void, combine_rows,
        (onramp_combination combination, const float *x, size_t x_stride, size_t x_row, const float *y, size_t y_stride,
         size_t y_row, float *z, size_t n, size_t rows),
        (combination, x, x_stride, x_row, y, y_stride, y_row, z, n, rows))
TARGETS(void, add_row_product, (float *y, size_t n, const float *a, size_t k, const float *b, size_t ldb),
        (y, n, a, k, b, ldb))
