#include "onramp_winograd.h"

#include <string.h>

#include "elementary.h"

// A form of the algorithm: along rows and columns or along one of them (DIMS), M outputs of R elements.
#define FORMS(FORM) FORM(2, 4, 3) FORM(2, 2, 3) FORM(2, 2, 5) FORM(1, 4, 3) FORM(1, 4, 5) FORM(1, 2, 7)
#define FORM_CODE(DIMS, M, R) (100 * (DIMS) + 10 * (M) + (R))

enum { MAXIMAL_LINE = 8, MAXIMAL_POINTS = 36, MAXIMAL_OUTPUTS = 16, MAXIMAL_KERNEL = 25, MAXIMAL_WIDTH = 32 };

// The last of a line's points is infinity. What Lagrange's polynomials are divided by scales the weights.
static const double points[MAXIMAL_LINE - 1] = {0, 1, -1, 2, -2, 0.5, -0.5};
static const double scales_4[] = {1, 1.0 / 2, 1.0 / 2};
static const double scales_6[] = {1.0 / 4, -1.0 / 6, -1.0 / 6, 1.0 / 24, 1.0 / 24};
static const double scales_8[] = {1, -2.0 / 9, -2.0 / 9, 1.0 / 90, 1.0 / 90, 32.0 / 45, 32.0 / 45};

// In double precision: the transform's factors are no binary fractions.
ALWAYS_INLINE void pack(int dims, int m, int r, float *to, size_t stride, const float *weights, size_t count,
                        size_t channels, size_t width) {
  const int n = m + r - 1, rows = dims == 2 ? n : 1, kernel_rows = dims == 2 ? r : 1, kernel = kernel_rows * r;
  const double *scales = n == 4 ? scales_4 : n == 6 ? scales_6 : scales_8;
  double g[MAXIMAL_LINE][MAXIMAL_LINE] = {{0}};
  for (int i = 0; i < n - 1; i++) {
    double power = scales[i];
    for (int k = 0; k < r; k++, power *= points[i]) g[i][k] = power;
  }
  g[n - 1][r - 1] = 1;
  for (size_t c = 0; c < channels; c++, to += width) {
    double w[MAXIMAL_KERNEL][MAXIMAL_WIDTH] = {{0}}, half[MAXIMAL_LINE][MAXIMAL_LINE][MAXIMAL_WIDTH];
    for (size_t o = 0; o < count; o++)
      for (int i = 0; i < kernel; i++) w[i][o] = weights[(o * channels + c) * (size_t)kernel + (size_t)i];
    for (int y = 0; y < rows; y++)
      for (int x = 0; x < r; x++)
        for (size_t o = 0; o < width; o++) {
          double sum = 0;
          if (dims == 1) sum = w[x][o];
          else
            UNROLL for (int k = 0; k < r; k++) sum += g[y][k] * w[r * k + x][o];
          half[y][x][o] = sum;
        }
    for (int y = 0; y < rows; y++)
      for (int x = 0; x < n; x++)
        for (size_t o = 0; o < width; o++) {
          double sum = 0;
          UNROLL for (int k = 0; k < r; k++) sum += half[y][k][o] * g[x][k];
          to[(size_t)(n * y + x) * stride + o] = (float)sum;
        }
  }
}

// The transforms along one line of a tile, Bᵀ·d and Aᵀ·s. VECTOR is any type that has the operators of numbers.
#define DEFINE_LINES(NAME, TARGET, VECTOR)                                                        \
  TARGET ALWAYS_INLINE void input_line_##NAME(int n, VECTOR *e, const VECTOR *d) {                \
    if (n == 4) {                                                                                 \
      e[0] = d[0] - d[2];                                                                         \
      e[1] = d[1] + d[2];                                                                         \
      e[2] = d[2] - d[1];                                                                         \
      e[3] = d[3] - d[1];                                                                         \
    } else if (n == 6) {                                                                          \
      VECTOR even = d[4] - 4 * d[2], odd = d[3] - 4 * d[1];                                       \
      VECTOR far_even = d[4] - d[2], far_odd = 2 * (d[3] - d[1]);                                 \
      e[0] = 4 * d[0] - 5 * d[2] + d[4];                                                          \
      e[1] = even + odd;                                                                          \
      e[2] = even - odd;                                                                          \
      e[3] = far_even + far_odd;                                                                  \
      e[4] = far_even - far_odd;                                                                  \
      e[5] = 4 * d[1] - 5 * d[3] + d[5];                                                          \
    } else {                                                                                      \
      VECTOR even = d[2] + d[6] - 4.25f * d[4], odd = d[1] + d[5] - 4.25f * d[3];                 \
      VECTOR far_even = d[6] + 0.25f * d[2] - 1.25f * d[4], far_odd = 0.5f * d[1] - 2.5f * d[3] + 2 * d[5]; \
      VECTOR near_even = d[6] + 4 * d[2] - 5 * d[4], near_odd = 2 * d[1] - 2.5f * d[3] + 0.5f * d[5]; \
      e[0] = d[0] - d[6] + 5.25f * (d[4] - d[2]);                                                 \
      e[1] = even + odd;                                                                          \
      e[2] = even - odd;                                                                          \
      e[3] = far_even + far_odd;                                                                  \
      e[4] = far_even - far_odd;                                                                  \
      e[5] = near_even + near_odd;                                                                \
      e[6] = near_even - near_odd;                                                                \
      e[7] = d[7] - d[1] + 5.25f * (d[3] - d[5]);                                                 \
    }                                                                                             \
  }                                                                                               \
  TARGET ALWAYS_INLINE void output_line_##NAME(int m, int n, VECTOR *y, const VECTOR *s) {        \
    float far = 1, near = 1;                                                                      \
    UNROLL for (int k = 0; k < m; k++, far *= 2, near /= 2) {                                     \
      VECTOR sum = k % 2 ? s[1] - s[2] : s[1] + s[2];                                             \
      if (n > 4) sum += far * (k % 2 ? s[3] - s[4] : s[3] + s[4]);                                \
      if (n > 6) sum += near * (k % 2 ? s[5] - s[6] : s[5] + s[6]);                               \
      if (k == 0) sum += s[0];                                                                    \
      if (k == m - 1) sum += s[n - 1];                                                            \
      y[k] = sum;                                                                                 \
    }                                                                                             \
  }

// A tile's channels from `c` on, as many as there are whole vectors of them; the result is the first that is left.
#define DEFINE_INPUT(NAME, TARGET, VECTOR, LANES)                                                               \
  TARGET ALWAYS_INLINE size_t input_##NAME(int dims, int n, float *to, size_t stride, const float *const *pixels, \
                                           size_t c, size_t channels) {                                         \
    const int rows = dims == 2 ? n : 1;                                                                         \
    for (; c + LANES <= channels; c += LANES) {                                                                 \
      VECTOR half[MAXIMAL_LINE][MAXIMAL_LINE];                                                                  \
      UNROLL for (int x = 0; x < n; x++) {                                                                      \
        VECTOR column[MAXIMAL_LINE];                                                                            \
        UNROLL for (int y = 0; y < rows; y++) memcpy(&column[y], pixels[n * y + x] + c, sizeof(VECTOR));        \
        if (dims == 2) input_line_##NAME(n, half[x], column);                                                   \
        else half[x][0] = column[0];                                                                            \
      }                                                                                                         \
      UNROLL for (int y = 0; y < rows; y++) {                                                                   \
        VECTOR row[MAXIMAL_LINE], whole[MAXIMAL_LINE];                                                          \
        UNROLL for (int x = 0; x < n; x++) row[x] = half[x][y];                                                 \
        input_line_##NAME(n, whole, row);                                                                       \
        UNROLL for (int x = 0; x < n; x++) memcpy(to + (size_t)(n * y + x) * stride + c, &whole[x], sizeof(VECTOR)); \
      }                                                                                                         \
    }                                                                                                           \
    return c;                                                                                                   \
  }

// Comparisons that let NaN pass through; for vectors they give masks.
#define DEFINE_OUTPUT(NAME, TARGET, VECTOR, LANES, CLAMP)                                                       \
  TARGET ALWAYS_INLINE size_t output_##NAME(int dims, int m, int n, float *const *pixels,                       \
                                            const float *const *addends, const float *from, size_t stride,      \
                                            size_t c, size_t channels, const float *bias, float low, float high) { \
    const int point_rows = dims == 2 ? n : 1, rows = dims == 2 ? m : 1;                                         \
    for (; c + LANES <= channels; c += LANES) {                                                                 \
      VECTOR half[MAXIMAL_LINE][MAXIMAL_LINE], start = {0};                                                     \
      if (bias) memcpy(&start, bias + c, sizeof start);                                                         \
      UNROLL for (int x = 0; x < n; x++) {                                                                      \
        VECTOR column[MAXIMAL_LINE];                                                                            \
        UNROLL for (int y = 0; y < point_rows; y++)                                                             \
          memcpy(&column[y], from + (size_t)(n * y + x) * stride + c, sizeof(VECTOR));                          \
        if (dims == 2) output_line_##NAME(m, n, half[x], column);                                               \
        else half[x][0] = column[0];                                                                            \
      }                                                                                                         \
      UNROLL for (int y = 0; y < rows; y++) {                                                                   \
        VECTOR row[MAXIMAL_LINE], whole[MAXIMAL_LINE];                                                          \
        UNROLL for (int x = 0; x < n; x++) row[x] = half[x][y];                                                 \
        output_line_##NAME(m, n, whole, row);                                                                   \
        UNROLL for (int x = 0; x < m; x++) {                                                                    \
          if (!pixels[m * y + x]) continue;                                                                     \
          VECTOR value = whole[x] + start;                                                                      \
          if (addends[m * y + x]) {                                                                             \
            VECTOR addend;                                                                                      \
            memcpy(&addend, addends[m * y + x] + c, sizeof addend);                                             \
            value += addend;                                                                                    \
          }                                                                                                     \
          value = CLAMP(value, low, high);                                                                      \
          memcpy(pixels[m * y + x] + c, &value, sizeof value);                                                  \
        }                                                                                                       \
      }                                                                                                         \
    }                                                                                                           \
    return c;                                                                                                   \
  }

#define DEFINE_VECTOR(NAME, TARGET, VECTOR, LANES, CLAMP) \
  DEFINE_LINES(NAME, TARGET, VECTOR)                      \
  DEFINE_INPUT(NAME, TARGET, VECTOR, LANES)               \
  DEFINE_OUTPUT(NAME, TARGET, VECTOR, LANES, CLAMP)

typedef float four __attribute__((vector_size(16)));

ALWAYS_INLINE four clamp_four(four x, float low, float high) {
  for (int i = 0; i < 4; i++) x[i] = clamp(x[i], low, high);
  return x;
}

DEFINE_VECTOR(one, , float, 1, clamp)
DEFINE_VECTOR(four, , four, 4, clamp_four)

#define INPUT(NAME, DIMS, M, R) c = input_##NAME(DIMS, M + R - 1, to, stride, pixels, c, channels);
#define OUTPUT(NAME, DIMS, M, R) \
  c = output_##NAME(DIMS, M, M + R - 1, pixels, addends, from, stride, c, channels, bias, low, high);
#define INPUT_PORTABLE(DIMS, M, R) \
  case FORM_CODE(DIMS, M, R): INPUT(four, DIMS, M, R) INPUT(one, DIMS, M, R) break;
#define OUTPUT_PORTABLE(DIMS, M, R) \
  case FORM_CODE(DIMS, M, R): OUTPUT(four, DIMS, M, R) OUTPUT(one, DIMS, M, R) break;

static void input_portable(int form, float *to, size_t stride, const float *const *pixels, size_t channels) {
  size_t c = 0;
  switch (form) { FORMS(INPUT_PORTABLE) }
}

static void output_portable(int form, float *const *pixels, const float *const *addends, const float *from,
                            size_t stride, size_t channels, const float *bias, float low, float high) {
  size_t c = 0;
  switch (form) { FORMS(OUTPUT_PORTABLE) }
}

#if defined(__x86_64__)
#include <immintrin.h>

// min and max return their second argument when either is NaN: NaN in the value passes through.
#define CLAMP_EIGHT(x, low, high) _mm256_min_ps(_mm256_set1_ps(high), _mm256_max_ps(_mm256_set1_ps(low), x))
#define CLAMP_SIXTEEN(x, low, high) _mm512_min_ps(_mm512_set1_ps(high), _mm512_max_ps(_mm512_set1_ps(low), x))

DEFINE_VECTOR(eight, AVX2_TARGET, __m256, 8, CLAMP_EIGHT)
DEFINE_VECTOR(sixteen, AVX512_TARGET, __m512, 16, CLAMP_SIXTEEN)

#define INPUT_AVX2(DIMS, M, R) \
  case FORM_CODE(DIMS, M, R): INPUT(eight, DIMS, M, R) INPUT(four, DIMS, M, R) INPUT(one, DIMS, M, R) break;
#define OUTPUT_AVX2(DIMS, M, R) \
  case FORM_CODE(DIMS, M, R): OUTPUT(eight, DIMS, M, R) OUTPUT(four, DIMS, M, R) OUTPUT(one, DIMS, M, R) break;

AVX2_TARGET static void input_avx2(int form, float *to, size_t stride, const float *const *pixels, size_t channels) {
  size_t c = 0;
  switch (form) { FORMS(INPUT_AVX2) }
}

AVX2_TARGET static void output_avx2(int form, float *const *pixels, const float *const *addends, const float *from,
                                    size_t stride, size_t channels, const float *bias, float low, float high) {
  size_t c = 0;
  switch (form) { FORMS(OUTPUT_AVX2) }
}

#define INPUT_AVX512(DIMS, M, R)                                                                   \
  case FORM_CODE(DIMS, M, R): INPUT(sixteen, DIMS, M, R) INPUT(eight, DIMS, M, R) INPUT(four, DIMS, M, R) \
    INPUT(one, DIMS, M, R) break;
#define OUTPUT_AVX512(DIMS, M, R)                                                                   \
  case FORM_CODE(DIMS, M, R): OUTPUT(sixteen, DIMS, M, R) OUTPUT(eight, DIMS, M, R) OUTPUT(four, DIMS, M, R) \
    OUTPUT(one, DIMS, M, R) break;

AVX512_TARGET static void input_avx512(int form, float *to, size_t stride, const float *const *pixels, size_t channels) {
  size_t c = 0;
  switch (form) { FORMS(INPUT_AVX512) }
}

AVX512_TARGET static void output_avx512(int form, float *const *pixels, const float *const *addends, const float *from,
                                        size_t stride, size_t channels, const float *bias, float low, float high) {
  size_t c = 0;
  switch (form) { FORMS(OUTPUT_AVX512) }
}
#endif

typedef void (*input_function)(int, float *, size_t, const float *const *, size_t);
typedef void (*output_function)(int, float *const *, const float *const *, const float *, size_t, size_t,
                                const float *, float, float);

static input_function choose_input(void) {
#if defined(__x86_64__)
  target best = best_target();
  if (best != ON_ANY) return best == ON_AVX512 ? input_avx512 : input_avx2;
#endif
  return input_portable;
}

static output_function choose_output(void) {
#if defined(__x86_64__)
  target best = best_target();
  if (best != ON_ANY) return best == ON_AVX512 ? output_avx512 : output_avx2;
#endif
  return output_portable;
}

static int form(const onramp_winograd *w) {
  int along = w->kernel[0] == 1;
  return FORM_CODE(w->kernel[0] > 1 && w->kernel[1] > 1 ? 2 : 1, (int)w->size[along], (int)w->kernel[along]);
}

#define PACK(DIMS, M, R) \
  case FORM_CODE(DIMS, M, R): pack(DIMS, M, R, to, stride, weights, count, w->channels, width); break;

ALWAYS_INLINE void winograd_pack(const onramp_winograd *w, float *to, size_t stride, const float *weights,
                                 size_t count, size_t width) {
  switch (form(w)) { FORMS(PACK) }
}

TARGETS(void, winograd_pack,
        (const onramp_winograd *w, float *to, size_t stride, const float *weights, size_t count, size_t width),
        (w, to, stride, weights, count, width))

// The first output of a tile, in one direction. Outputs and inputs of a tile lie the dilation apart, so that the tiles
// that start within the first `dilation` outputs interlock.
ALWAYS_INLINE size_t tile_start(const onramp_winograd *w, int direction, size_t tile) {
  return tile / w->dilation[direction] * w->size[direction] * w->dilation[direction] + tile % w->dilation[direction];
}

void onramp_winograd_input(const onramp_winograd *w, float *to, const float *image, const float *zeros, size_t first,
                           size_t count, size_t start, size_t share) {
  input_function transform = choose_input();
  size_t rows = w->size[0] + w->kernel[0] - 1, columns = w->size[1] + w->kernel[1] - 1;
  size_t across = onramp_winograd_tiles(w, 1);
  for (size_t i = start; i < start + share; i++) {
    ptrdiff_t top = (ptrdiff_t)tile_start(w, 0, (first + i) / across) - (ptrdiff_t)w->pad[0];
    ptrdiff_t left = (ptrdiff_t)tile_start(w, 1, (first + i) % across) - (ptrdiff_t)w->pad[1];
    const float *pixels[MAXIMAL_POINTS];
    for (size_t y = 0; y < rows; y++) {
      ptrdiff_t row = top + (ptrdiff_t)(y * w->dilation[0]);
      int is_inside = row >= 0 && row < (ptrdiff_t)w->height;
      for (size_t x = 0; x < columns; x++) {
        ptrdiff_t column = left + (ptrdiff_t)(x * w->dilation[1]);
        pixels[columns * y + x] = is_inside && column >= 0 && column < (ptrdiff_t)w->width
                                      ? image + ((size_t)row * w->width + (size_t)column) * w->channels
                                      : zeros;
      }
    }
    transform(form(w), to + i * w->channels, count * w->channels, pixels, w->channels);
  }
}

void onramp_winograd_output(const onramp_winograd *w, float *image, size_t pitch, const float *from,
                            const float *bias, const float *add, float low, float high, size_t first, size_t count,
                            size_t start, size_t share) {
  output_function transform = choose_output();
  size_t across = onramp_winograd_tiles(w, 1);
  for (size_t i = start; i < start + share; i++) {
    size_t top = tile_start(w, 0, (first + i) / across), left = tile_start(w, 1, (first + i) % across);
    float *pixels[MAXIMAL_OUTPUTS];
    const float *addends[MAXIMAL_OUTPUTS];
    for (size_t y = 0; y < w->size[0]; y++) {
      for (size_t x = 0; x < w->size[1]; x++) {
        size_t row = top + y * w->dilation[0], column = left + x * w->dilation[1];
        int is_inside = row < w->output_height && column < w->output_width;
        size_t at = (row * w->output_width + column) * pitch;
        pixels[w->size[1] * y + x] = is_inside ? image + at : NULL;
        addends[w->size[1] * y + x] = is_inside && add ? add + at : NULL;
      }
    }
    transform(form(w), pixels, addends, from + i * w->outputs, count * w->outputs, w->outputs, bias, low, high);
  }
}
