#include "onramp_winograd.h"

#include <string.h>

#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2,fma")))
#define AVX512 __attribute__((target("avx512f,avx2,fma")))
#endif
#define ALWAYS_INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")
// The lanes of a vector: iterations touch only what is their own.
#define EACH(I, N) _Pragma("clang loop vectorize(assume_safety)") for (size_t I = 0; I < N; I++)

enum { POINTS = ONRAMP_WINOGRAD_POINTS, RUN = ONRAMP_WINOGRAD_RUN, WIDTH = 32 + RUN };

// The transforms for the points 0, ±1, ±2 and infinity, along one line of a tile: Bᵀ·d and Aᵀ·m.
ALWAYS_INLINE void input_line(float e[6], const float d[6]) {
  float even = d[4] - 4 * d[2], odd = d[3] - 4 * d[1];
  float far_even = d[4] - d[2], far_odd = 2 * (d[3] - d[1]);
  e[0] = 4 * d[0] - 5 * d[2] + d[4];
  e[1] = even + odd;
  e[2] = even - odd;
  e[3] = far_even + far_odd;
  e[4] = far_even - far_odd;
  e[5] = 4 * d[1] - 5 * d[3] + d[5];
}

ALWAYS_INLINE void output_line(float y[4], const float m[6]) {
  float even = m[1] + m[2], odd = m[1] - m[2];
  float far_even = m[3] + m[4], far_odd = m[3] - m[4];
  y[0] = m[0] + even + far_even;
  y[1] = odd + 2 * far_odd;
  y[2] = even + 4 * far_even;
  y[3] = odd + 8 * far_odd + m[5];
}

void onramp_winograd_weights(float *to, size_t stride, const float *weights) {
  static const double G[6][3] = {{1.0 / 4, 0, 0},
                                 {-1.0 / 6, -1.0 / 6, -1.0 / 6},
                                 {-1.0 / 6, 1.0 / 6, -1.0 / 6},
                                 {1.0 / 24, 1.0 / 12, 1.0 / 6},
                                 {1.0 / 24, -1.0 / 12, 1.0 / 6},
                                 {0, 0, 1}};
  double half[6][3];
  for (int i = 0; i < 6; i++)
    for (int j = 0; j < 3; j++)
      half[i][j] = G[i][0] * weights[j] + G[i][1] * weights[3 + j] + G[i][2] * weights[6 + j];
  for (int i = 0; i < 6; i++)
    for (int j = 0; j < 6; j++)
      to[(size_t)(6 * i + j) * stride] = (float)(half[i][0] * G[j][0] + half[i][1] * G[j][1] + half[i][2] * G[j][2]);
}

typedef float lanes __attribute__((vector_size(RUN * sizeof(float))));

#define EVEN 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#define ODD 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31
#define NEXT 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
#define LOW_PAIRS 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define HIGH_PAIRS 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31

// One row of the inputs of RUN tiles: to[j · WIDTH + tile] = row[4 · tile + j] for j below 6.
ALWAYS_INLINE void gather_row(float *to, const float *row) {
  lanes a, b, c, d;
  memcpy(&a, row, sizeof a);
  memcpy(&b, row + RUN, sizeof b);
  memcpy(&c, row + 2 * RUN, sizeof c);
  memcpy(&d, row + 3 * RUN, sizeof d);
  lanes even_low = __builtin_shufflevector(a, b, EVEN), even_high = __builtin_shufflevector(c, d, EVEN);
  lanes odd_low = __builtin_shufflevector(a, b, ODD), odd_high = __builtin_shufflevector(c, d, ODD);
  lanes x0 = __builtin_shufflevector(even_low, even_high, EVEN);
  lanes x1 = __builtin_shufflevector(odd_low, odd_high, EVEN);
  lanes x2 = __builtin_shufflevector(even_low, even_high, ODD);
  lanes x3 = __builtin_shufflevector(odd_low, odd_high, ODD);
  lanes end = {row[4 * RUN], row[4 * RUN + 1]};
  lanes x4 = __builtin_shufflevector(x0, end, NEXT, 16);
  lanes x5 = __builtin_shufflevector(x1, end, NEXT, 17);
  memcpy(to, &x0, sizeof x0);
  memcpy(to + WIDTH, &x1, sizeof x1);
  memcpy(to + 2 * WIDTH, &x2, sizeof x2);
  memcpy(to + 3 * WIDTH, &x3, sizeof x3);
  memcpy(to + 4 * WIDTH, &x4, sizeof x4);
  memcpy(to + 5 * WIDTH, &x5, sizeof x5);
}

// The inverse for outputs: to[4 · tile + j] = from[j · WIDTH + tile] for j below 4.
ALWAYS_INLINE void spread_row(float *to, const float *from) {
  lanes x0, x1, x2, x3;
  memcpy(&x0, from, sizeof x0);
  memcpy(&x1, from + WIDTH, sizeof x1);
  memcpy(&x2, from + 2 * WIDTH, sizeof x2);
  memcpy(&x3, from + 3 * WIDTH, sizeof x3);
  lanes even_low = __builtin_shufflevector(x0, x2, LOW_PAIRS), even_high = __builtin_shufflevector(x0, x2, HIGH_PAIRS);
  lanes odd_low = __builtin_shufflevector(x1, x3, LOW_PAIRS), odd_high = __builtin_shufflevector(x1, x3, HIGH_PAIRS);
  lanes a = __builtin_shufflevector(even_low, odd_low, LOW_PAIRS);
  lanes b = __builtin_shufflevector(even_low, odd_low, HIGH_PAIRS);
  lanes c = __builtin_shufflevector(even_high, odd_high, LOW_PAIRS);
  lanes d = __builtin_shufflevector(even_high, odd_high, HIGH_PAIRS);
  memcpy(to, &a, sizeof a);
  memcpy(to + RUN, &b, sizeof b);
  memcpy(to + 2 * RUN, &c, sizeof c);
  memcpy(to + 3 * RUN, &d, sizeof d);
}

ALWAYS_INLINE void input_panel(float *restrict to, size_t stride, size_t columns, const float *plane, size_t pitch,
                               const onramp_winograd_run *runs, size_t run_count) {
  float tiles[POINTS][WIDTH];
  // Runs come in the order of their columns: what one writes behind its last tile the next one overwrites.
  for (size_t r = 0; r < run_count; r++)
    for (size_t i = 0; i < 6; i++) gather_row(tiles[6 * i] + runs[r].column, plane + runs[r].input + i * pitch);
  size_t used = run_count ? runs[run_count - 1].column + runs[run_count - 1].count : 0;
  for (size_t i = 0; used < columns && i < POINTS; i++) memset(tiles[i] + used, 0, (columns - used) * sizeof(float));
  EACH(j, columns) {
    // By columns first; half[c] is the transformed column c.
    float half[6][6];
    UNROLL for (int c = 0; c < 6; c++) {
      float column[6];
      UNROLL for (int i = 0; i < 6; i++) column[i] = tiles[6 * i + c][j];
      input_line(half[c], column);
    }
    UNROLL for (int i = 0; i < 6; i++) {
      float row[6], whole[6];
      UNROLL for (int c = 0; c < 6; c++) row[c] = half[c][i];
      input_line(whole, row);
      UNROLL for (int c = 0; c < 6; c++) to[(size_t)(6 * i + c) * stride + j] = whole[c];
    }
  }
}

ALWAYS_INLINE void output_panel(float *restrict plane, size_t pitch, const float *restrict from, size_t stride,
                                size_t columns, const onramp_winograd_run *runs, size_t run_count, float bias,
                                const float *add, float low, float high) {
  float tiles[16][WIDTH];
  EACH(j, columns) {
    float half[6][4];
    UNROLL for (int c = 0; c < 6; c++) {
      float column[6];
      UNROLL for (int i = 0; i < 6; i++) column[i] = from[(size_t)(6 * i + c) * stride + j];
      output_line(half[c], column);
    }
    UNROLL for (int i = 0; i < 4; i++) {
      float row[6], whole[4];
      UNROLL for (int c = 0; c < 6; c++) row[c] = half[c][i];
      output_line(whole, row);
      UNROLL for (int c = 0; c < 4; c++) tiles[4 * i + c][j] = whole[c] + bias;
    }
  }
  for (size_t r = 0; r < run_count; r++) {
    for (size_t i = 0; i < runs[r].rows; i++) {
      float row[4 * RUN];
      spread_row(row, tiles[4 * i] + runs[r].column);
      size_t at = runs[r].output + i * pitch, count = runs[r].columns;
      if (add)
        for (size_t j = 0; j < count; j++) row[j] += add[at + j];
      // Comparisons that let NaN pass through.
      for (size_t j = 0; j < count; j++) {
        float x = row[j];
        x = x < low ? low : x;
        plane[at + j] = x > high ? high : x;
      }
    }
  }
}

#define DEFINE(NAME, TARGET)                                                                                         \
  TARGET static void input_##NAME(float *to, size_t stride, size_t columns, const float *plane, size_t pitch,        \
                                  const onramp_winograd_run *runs, size_t run_count) {                               \
    input_panel(to, stride, columns, plane, pitch, runs, run_count);                                                 \
  }                                                                                                                  \
  TARGET static void output_##NAME(float *plane, size_t pitch, const float *from, size_t stride, size_t columns,     \
                                   const onramp_winograd_run *runs, size_t run_count, float bias, const float *add,  \
                                   float low, float high) {                                                          \
    output_panel(plane, pitch, from, stride, columns, runs, run_count, bias, add, low, high);                        \
  }

DEFINE(portable, )
#if defined(__x86_64__)
DEFINE(avx2, AVX2)
DEFINE(avx512, AVX512)
#endif

void onramp_winograd_input(float *to, size_t stride, size_t columns, const float *plane, size_t pitch,
                           const onramp_winograd_run *runs, size_t run_count) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return input_avx512(to, stride, columns, plane, pitch, runs, run_count);
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return input_avx2(to, stride, columns, plane, pitch, runs, run_count);
#endif
  input_portable(to, stride, columns, plane, pitch, runs, run_count);
}

void onramp_winograd_output(float *plane, size_t pitch, const float *from, size_t stride, size_t columns,
                            const onramp_winograd_run *runs, size_t run_count, float bias, const float *add, float low,
                            float high) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f"))
    return output_avx512(plane, pitch, from, stride, columns, runs, run_count, bias, add, low, high);
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return output_avx2(plane, pitch, from, stride, columns, runs, run_count, bias, add, low, high);
#endif
  output_portable(plane, pitch, from, stride, columns, runs, run_count, bias, add, low, high);
}
