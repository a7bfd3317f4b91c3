#include "onramp_winograd.h"

#include <string.h>

#include "elementary.h"

enum { MAXIMAL_POINTS = 36, MAXIMAL_WIDTH = 32 };

// One channel of all outputs, in double precision: the transforms' factors are no binary fractions.
ALWAYS_INLINE void pack_channel(int n, const double (*g)[3], float *to, size_t stride, const float *weights,
                                size_t output_stride, size_t count, size_t width) {
  double w[9][MAXIMAL_WIDTH] = {{0}}, half[6][3][MAXIMAL_WIDTH];
  for (size_t o = 0; o < count; o++)
    for (size_t i = 0; i < 9; i++) w[i][o] = weights[o * output_stride + i];
  for (int i = 0; i < n; i++)
    for (int j = 0; j < 3; j++)
      for (size_t o = 0; o < width; o++)
        half[i][j][o] = g[i][0] * w[j][o] + g[i][1] * w[3 + j][o] + g[i][2] * w[6 + j][o];
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++)
      for (size_t o = 0; o < width; o++)
        to[(size_t)(n * i + j) * stride + o] =
            (float)(half[i][0][o] * g[j][0] + half[i][1][o] * g[j][1] + half[i][2][o] * g[j][2]);
}

ALWAYS_INLINE void pack(size_t size, float *to, size_t stride, const float *weights, size_t count, size_t channels,
                        size_t width) {
  static const double g4[6][3] = {{1.0 / 4, 0, 0},
                                  {-1.0 / 6, -1.0 / 6, -1.0 / 6},
                                  {-1.0 / 6, 1.0 / 6, -1.0 / 6},
                                  {1.0 / 24, 1.0 / 12, 1.0 / 6},
                                  {1.0 / 24, -1.0 / 12, 1.0 / 6},
                                  {0, 0, 1}};
  static const double g2[4][3] = {{1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}};
  for (size_t c = 0; c < channels; c++)
    pack_channel((int)size + 2, size == 4 ? g4 : g2, to + c * width, stride, weights + 9 * c, 9 * channels, count,
                 width);
}

// The transforms for the points 0, ±1, ±2 and infinity, or 0, ±1 and infinity, along one line of a tile: Bᵀ·d and Aᵀ·m.
// VECTOR is any type that has the operators of numbers.
#define DEFINE_LINES(NAME, TARGET, VECTOR)                                        \
  TARGET ALWAYS_INLINE void input_line_4_##NAME(VECTOR e[6], const VECTOR d[6]) { \
    VECTOR even = d[4] - 4 * d[2], odd = d[3] - 4 * d[1];                         \
    VECTOR far_even = d[4] - d[2], far_odd = 2 * (d[3] - d[1]);                   \
    e[0] = 4 * d[0] - 5 * d[2] + d[4];                                            \
    e[1] = even + odd;                                                            \
    e[2] = even - odd;                                                            \
    e[3] = far_even + far_odd;                                                    \
    e[4] = far_even - far_odd;                                                    \
    e[5] = 4 * d[1] - 5 * d[3] + d[5];                                            \
  }                                                                               \
  TARGET ALWAYS_INLINE void output_line_4_##NAME(VECTOR y[4], const VECTOR m[6]) { \
    VECTOR even = m[1] + m[2], odd = m[1] - m[2];                                 \
    VECTOR far_even = m[3] + m[4], far_odd = m[3] - m[4];                         \
    y[0] = m[0] + even + far_even;                                                \
    y[1] = odd + 2 * far_odd;                                                     \
    y[2] = even + 4 * far_even;                                                   \
    y[3] = odd + 8 * far_odd + m[5];                                              \
  }                                                                               \
  TARGET ALWAYS_INLINE void input_line_2_##NAME(VECTOR e[4], const VECTOR d[4]) { \
    e[0] = d[0] - d[2];                                                           \
    e[1] = d[1] + d[2];                                                           \
    e[2] = d[2] - d[1];                                                           \
    e[3] = d[1] - d[3];                                                           \
  }                                                                               \
  TARGET ALWAYS_INLINE void output_line_2_##NAME(VECTOR y[2], const VECTOR m[4]) { \
    y[0] = m[0] + m[1] + m[2];                                                    \
    y[1] = m[1] - m[2] - m[3];                                                    \
  }

// A tile's channels from `c` on, as many as there are whole vectors of them; the result is the first that is left.
#define DEFINE_INPUT(NAME, TARGET, VECTOR, LANES, M)                                                                \
  TARGET ALWAYS_INLINE size_t input_##M##_##NAME(float *to, size_t stride, const float *const *pixels, size_t c,    \
                                                 size_t channels) {                                                 \
    enum { N = M + 2 };                                                                                             \
    for (; c + LANES <= channels; c += LANES) {                                                                     \
      VECTOR half[N][N];                                                                                            \
      UNROLL for (int x = 0; x < N; x++) {                                                                          \
        VECTOR column[N];                                                                                           \
        UNROLL for (int y = 0; y < N; y++) memcpy(&column[y], pixels[N * y + x] + c, sizeof(VECTOR));               \
        input_line_##M##_##NAME(half[x], column);                                                                   \
      }                                                                                                             \
      UNROLL for (int y = 0; y < N; y++) {                                                                          \
        VECTOR row[N], whole[N];                                                                                    \
        UNROLL for (int x = 0; x < N; x++) row[x] = half[x][y];                                                     \
        input_line_##M##_##NAME(whole, row);                                                                        \
        UNROLL for (int x = 0; x < N; x++) memcpy(to + (size_t)(N * y + x) * stride + c, &whole[x], sizeof(VECTOR)); \
      }                                                                                                             \
    }                                                                                                               \
    return c;                                                                                                       \
  }

// Comparisons that let NaN pass through; for vectors they give masks.
#define DEFINE_OUTPUT(NAME, TARGET, VECTOR, LANES, M, CLAMP)                                                        \
  TARGET ALWAYS_INLINE size_t output_##M##_##NAME(float *const *pixels, const float *const *addends,                \
                                                  const float *from, size_t stride, size_t c, size_t channels,      \
                                                  const float *bias, float low, float high) {                       \
    enum { N = M + 2 };                                                                                             \
    for (; c + LANES <= channels; c += LANES) {                                                                     \
      VECTOR half[N][M], start = {0};                                                                               \
      if (bias) memcpy(&start, bias + c, sizeof start);                                                             \
      UNROLL for (int x = 0; x < N; x++) {                                                                          \
        VECTOR column[N];                                                                                           \
        UNROLL for (int y = 0; y < N; y++) memcpy(&column[y], from + (size_t)(N * y + x) * stride + c, sizeof(VECTOR)); \
        output_line_##M##_##NAME(half[x], column);                                                                  \
      }                                                                                                             \
      UNROLL for (int y = 0; y < M; y++) {                                                                          \
        VECTOR row[N], whole[M];                                                                                    \
        UNROLL for (int x = 0; x < N; x++) row[x] = half[x][y];                                                     \
        output_line_##M##_##NAME(whole, row);                                                                       \
        UNROLL for (int x = 0; x < M; x++) {                                                                        \
          if (!pixels[M * y + x]) continue;                                                                         \
          VECTOR value = whole[x] + start;                                                                          \
          if (addends[M * y + x]) {                                                                                 \
            VECTOR addend;                                                                                          \
            memcpy(&addend, addends[M * y + x] + c, sizeof addend);                                                 \
            value += addend;                                                                                        \
          }                                                                                                         \
          value = CLAMP(value, low, high);                                                                          \
          memcpy(pixels[M * y + x] + c, &value, sizeof value);                                                      \
        }                                                                                                           \
      }                                                                                                             \
    }                                                                                                               \
    return c;                                                                                                       \
  }

#define DEFINE_VECTOR(NAME, TARGET, VECTOR, LANES, CLAMP) \
  DEFINE_LINES(NAME, TARGET, VECTOR)                      \
  DEFINE_INPUT(NAME, TARGET, VECTOR, LANES, 4)            \
  DEFINE_INPUT(NAME, TARGET, VECTOR, LANES, 2)            \
  DEFINE_OUTPUT(NAME, TARGET, VECTOR, LANES, 4, CLAMP)    \
  DEFINE_OUTPUT(NAME, TARGET, VECTOR, LANES, 2, CLAMP)

typedef float four __attribute__((vector_size(16)));

ALWAYS_INLINE four clamp_four(four x, float low, float high) {
  for (int i = 0; i < 4; i++) x[i] = clamp(x[i], low, high);
  return x;
}

DEFINE_VECTOR(one, , float, 1, clamp)
DEFINE_VECTOR(four, , four, 4, clamp_four)

#define PORTABLE(DIRECTION, M, ...)           \
  c = DIRECTION##_##M##_four(__VA_ARGS__);    \
  DIRECTION##_##M##_one(__VA_ARGS__);

static void input_portable(size_t size, float *to, size_t stride, const float *const *pixels, size_t channels) {
  size_t c = 0;
  if (size == 4) {
    PORTABLE(input, 4, to, stride, pixels, c, channels)
  } else {
    PORTABLE(input, 2, to, stride, pixels, c, channels)
  }
}

static void output_portable(size_t size, float *const *pixels, const float *const *addends, const float *from,
                            size_t stride, size_t channels, const float *bias, float low, float high) {
  size_t c = 0;
  if (size == 4) {
    PORTABLE(output, 4, pixels, addends, from, stride, c, channels, bias, low, high)
  } else {
    PORTABLE(output, 2, pixels, addends, from, stride, c, channels, bias, low, high)
  }
}

#if defined(__x86_64__)
#include <immintrin.h>

// min and max return their second argument when either is NaN: NaN in the value passes through.
#define CLAMP_EIGHT(x, low, high) _mm256_min_ps(_mm256_set1_ps(high), _mm256_max_ps(_mm256_set1_ps(low), x))
#define CLAMP_SIXTEEN(x, low, high) _mm512_min_ps(_mm512_set1_ps(high), _mm512_max_ps(_mm512_set1_ps(low), x))
#define AVX2 __attribute__((target("avx2,fma")))
#define AVX512 __attribute__((target("avx512f,avx2,fma")))

DEFINE_VECTOR(eight, AVX2, __m256, 8, CLAMP_EIGHT)
DEFINE_VECTOR(sixteen, AVX512, __m512, 16, CLAMP_SIXTEEN)

AVX2 static void pack_avx2(size_t size, float *to, size_t stride, const float *weights, size_t count, size_t channels,
                           size_t width) {
  pack(size, to, stride, weights, count, channels, width);
}

AVX512 static void pack_avx512(size_t size, float *to, size_t stride, const float *weights, size_t count,
                               size_t channels, size_t width) {
  pack(size, to, stride, weights, count, channels, width);
}

#define VECTORS(DIRECTION, M, ...)             \
  c = DIRECTION##_##M##_eight(__VA_ARGS__);    \
  c = DIRECTION##_##M##_four(__VA_ARGS__);     \
  DIRECTION##_##M##_one(__VA_ARGS__);

AVX2 static void input_avx2(size_t size, float *to, size_t stride, const float *const *pixels, size_t channels) {
  size_t c = 0;
  if (size == 4) {
    VECTORS(input, 4, to, stride, pixels, c, channels)
  } else {
    VECTORS(input, 2, to, stride, pixels, c, channels)
  }
}

AVX2 static void output_avx2(size_t size, float *const *pixels, const float *const *addends, const float *from,
                             size_t stride, size_t channels, const float *bias, float low, float high) {
  size_t c = 0;
  if (size == 4) {
    VECTORS(output, 4, pixels, addends, from, stride, c, channels, bias, low, high)
  } else {
    VECTORS(output, 2, pixels, addends, from, stride, c, channels, bias, low, high)
  }
}

AVX512 static void input_avx512(size_t size, float *to, size_t stride, const float *const *pixels, size_t channels) {
  size_t c = 0;
  if (size == 4) {
    c = input_4_sixteen(to, stride, pixels, c, channels);
    VECTORS(input, 4, to, stride, pixels, c, channels)
  } else {
    c = input_2_sixteen(to, stride, pixels, c, channels);
    VECTORS(input, 2, to, stride, pixels, c, channels)
  }
}

AVX512 static void output_avx512(size_t size, float *const *pixels, const float *const *addends, const float *from,
                                 size_t stride, size_t channels, const float *bias, float low, float high) {
  size_t c = 0;
  if (size == 4) {
    c = output_4_sixteen(pixels, addends, from, stride, c, channels, bias, low, high);
    VECTORS(output, 4, pixels, addends, from, stride, c, channels, bias, low, high)
  } else {
    c = output_2_sixteen(pixels, addends, from, stride, c, channels, bias, low, high);
    VECTORS(output, 2, pixels, addends, from, stride, c, channels, bias, low, high)
  }
}
#endif

typedef void (*input_function)(size_t, float *, size_t, const float *const *, size_t);
typedef void (*output_function)(size_t, float *const *, const float *const *, const float *, size_t, size_t,
                                const float *, float, float);

static input_function choose_input(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return input_avx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return input_avx2;
#endif
  return input_portable;
}

static output_function choose_output(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return output_avx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return output_avx2;
#endif
  return output_portable;
}

void onramp_winograd_pack(size_t size, float *to, size_t stride, const float *weights, size_t count, size_t channels,
                          size_t width) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return pack_avx512(size, to, stride, weights, count, channels, width);
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return pack_avx2(size, to, stride, weights, count, channels, width);
#endif
  pack(size, to, stride, weights, count, channels, width);
}

void onramp_winograd_input(const onramp_winograd *w, float *to, const float *image, const float *zeros, size_t first,
                           size_t count, size_t start, size_t share) {
  input_function transform = choose_input();
  size_t n = w->size + 2, columns = (w->output_width + w->size - 1) / w->size;
  for (size_t i = start; i < start + share; i++) {
    ptrdiff_t top = (ptrdiff_t)((first + i) / columns * w->size) - (ptrdiff_t)w->pad[0];
    ptrdiff_t left = (ptrdiff_t)((first + i) % columns * w->size) - (ptrdiff_t)w->pad[1];
    const float *pixels[MAXIMAL_POINTS];
    for (size_t y = 0; y < n; y++) {
      ptrdiff_t row = top + (ptrdiff_t)y;
      int is_inside = row >= 0 && row < (ptrdiff_t)w->height;
      for (size_t x = 0; x < n; x++) {
        ptrdiff_t column = left + (ptrdiff_t)x;
        pixels[n * y + x] = is_inside && column >= 0 && column < (ptrdiff_t)w->width
                                ? image + ((size_t)row * w->width + (size_t)column) * w->channels
                                : zeros;
      }
    }
    transform(w->size, to + i * w->channels, count * w->channels, pixels, w->channels);
  }
}

void onramp_winograd_output(const onramp_winograd *w, float *image, const float *from, const float *bias,
                            const float *add, float low, float high, size_t first, size_t count, size_t start,
                            size_t share) {
  output_function transform = choose_output();
  size_t columns = (w->output_width + w->size - 1) / w->size;
  for (size_t i = start; i < start + share; i++) {
    size_t top = (first + i) / columns * w->size, left = (first + i) % columns * w->size;
    float *pixels[16];
    const float *addends[16];
    for (size_t y = 0; y < w->size; y++) {
      for (size_t x = 0; x < w->size; x++) {
        size_t row = top + y, column = left + x;
        int is_inside = row < w->output_height && column < w->output_width;
        size_t at = (row * w->output_width + column) * w->outputs;
        pixels[w->size * y + x] = is_inside ? image + at : NULL;
        addends[w->size * y + x] = is_inside && add ? add + at : NULL;
      }
    }
    transform(w->size, pixels, addends, from + i * w->outputs, count * w->outputs, w->outputs, bias, low, high);
  }
}
