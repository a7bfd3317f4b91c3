#include "onramp_gemm.h"

#include <string.h>

#define ALWAYS_INLINE static inline __attribute__((always_inline))

typedef void (*tile_function)(size_t rows, size_t columns, size_t k, const float *a, const float *b, float *c,
                              const onramp_sgemm_block *block, const float *bias);

// Rows of A times columns of B in registers: R rows by V vectors. The compiler unrolls all loops over R and V, which
// are constants wherever this is used.
#define DEFINE_TILE(NAME, TARGET, VECTOR, LANES, V, PANEL, ZERO, LOAD, BROADCAST, MULTIPLY_ADD, ADD, STORE, CLAMP)   \
  TARGET ALWAYS_INLINE void NAME(int R, size_t columns, size_t k, const float *restrict a, const float *restrict b, \
                                 float *c, const onramp_sgemm_block *block, const float *bias) {                    \
    VECTOR sum[PANEL][V];                                                                                           \
    for (int r = 0; r < R; r++)                                                                                     \
      for (int v = 0; v < V; v++) sum[r][v] = bias ? BROADCAST(bias + r) : ZERO;                                    \
    for (size_t p = 0; p < k; p++) {                                                                                \
      VECTOR column[V];                                                                                             \
      for (int v = 0; v < V; v++) column[v] = LOAD(b + v * LANES);                                                  \
      for (int r = 0; r < R; r++) {                                                                                 \
        VECTOR row = BROADCAST(a + r);                                                                              \
        for (int v = 0; v < V; v++) sum[r][v] = MULTIPLY_ADD(row, column[v], sum[r][v]);                            \
      }                                                                                                             \
      a += PANEL;                                                                                                   \
      b += V * LANES;                                                                                               \
    }                                                                                                               \
    float edge[V * LANES];                                                                                          \
    for (int r = 0; r < R; r++) {                                                                                   \
      float *to = c + r * block->ldc;                                                                               \
      if (columns < V * LANES) {                                                                                    \
        if (block->accumulate) memcpy(edge, to, columns * sizeof(float));                                           \
        to = edge;                                                                                                  \
      }                                                                                                             \
      for (int v = 0; v < V; v++) {                                                                                 \
        VECTOR value = sum[r][v];                                                                                   \
        if (block->accumulate) value = ADD(value, LOAD(to + v * LANES));                                            \
        STORE(to + v * LANES, CLAMP(value, block->low, block->high));                                               \
      }                                                                                                             \
      if (columns < V * LANES) memcpy(c + r * block->ldc, edge, columns * sizeof(float));                           \
    }                                                                                                               \
  }

// For plain C: the vector is a float, and the loop over lanes is the loop over V.
#define SCALAR_LOAD(p) (*(p))
#define SCALAR_STORE(p, x) (*(p) = (x))
#define SCALAR_MULTIPLY_ADD(x, y, z) ((x) * (y) + (z))
#define SCALAR_ADD(x, y) ((x) + (y))
// Comparisons that let NaN pass through.
#define SCALAR_CLAMP(x, low, high) ((x) < (low) ? (low) : (x) > (high) ? (high) : (x))

DEFINE_TILE(tile_portable, , float, 1, 8, 4, 0.0f, SCALAR_LOAD, SCALAR_LOAD, SCALAR_MULTIPLY_ADD, SCALAR_ADD,
            SCALAR_STORE, SCALAR_CLAMP)

static void run_portable(size_t rows, size_t columns, size_t k, const float *a, const float *b, float *c,
                         const onramp_sgemm_block *block, const float *bias) {
  switch (rows) {
    case 1: tile_portable(1, columns, k, a, b, c, block, bias); break;
    case 2: tile_portable(2, columns, k, a, b, c, block, bias); break;
    case 3: tile_portable(3, columns, k, a, b, c, block, bias); break;
    default: tile_portable(4, columns, k, a, b, c, block, bias); break;
  }
}

#if defined(__x86_64__)
#include <immintrin.h>

// min and max return their second argument when either is NaN: NaN in the value passes through.
#define AVX_CLAMP(x, low, high) _mm256_min_ps(_mm256_set1_ps(high), _mm256_max_ps(_mm256_set1_ps(low), x))
#define AVX2 __attribute__((target("avx2,fma")))
DEFINE_TILE(tile_avx2, AVX2, __m256, 8, 2, 6, _mm256_setzero_ps(), _mm256_loadu_ps, _mm256_broadcast_ss,
            _mm256_fmadd_ps, _mm256_add_ps, _mm256_storeu_ps, AVX_CLAMP)

AVX2 static void run_avx2(size_t rows, size_t columns, size_t k, const float *a, const float *b, float *c,
                          const onramp_sgemm_block *block, const float *bias) {
  switch (rows) {
    case 1: tile_avx2(1, columns, k, a, b, c, block, bias); break;
    case 2: tile_avx2(2, columns, k, a, b, c, block, bias); break;
    case 3: tile_avx2(3, columns, k, a, b, c, block, bias); break;
    case 4: tile_avx2(4, columns, k, a, b, c, block, bias); break;
    case 5: tile_avx2(5, columns, k, a, b, c, block, bias); break;
    default: tile_avx2(6, columns, k, a, b, c, block, bias); break;
  }
}

#define AVX512_CLAMP(x, low, high) _mm512_min_ps(_mm512_set1_ps(high), _mm512_max_ps(_mm512_set1_ps(low), x))
#define AVX512_BROADCAST(p) _mm512_set1_ps(*(p))
#define AVX512 __attribute__((target("avx512f")))
DEFINE_TILE(tile_avx512, AVX512, __m512, 16, 2, 12, _mm512_setzero_ps(), _mm512_loadu_ps, AVX512_BROADCAST,
            _mm512_fmadd_ps, _mm512_add_ps, _mm512_storeu_ps, AVX512_CLAMP)

AVX512 static void run_avx512(size_t rows, size_t columns, size_t k, const float *a, const float *b, float *c,
                              const onramp_sgemm_block *block, const float *bias) {
  switch (rows) {
    case 1: tile_avx512(1, columns, k, a, b, c, block, bias); break;
    case 2: tile_avx512(2, columns, k, a, b, c, block, bias); break;
    case 3: tile_avx512(3, columns, k, a, b, c, block, bias); break;
    case 4: tile_avx512(4, columns, k, a, b, c, block, bias); break;
    case 5: tile_avx512(5, columns, k, a, b, c, block, bias); break;
    case 6: tile_avx512(6, columns, k, a, b, c, block, bias); break;
    case 7: tile_avx512(7, columns, k, a, b, c, block, bias); break;
    case 8: tile_avx512(8, columns, k, a, b, c, block, bias); break;
    case 9: tile_avx512(9, columns, k, a, b, c, block, bias); break;
    case 10: tile_avx512(10, columns, k, a, b, c, block, bias); break;
    case 11: tile_avx512(11, columns, k, a, b, c, block, bias); break;
    default: tile_avx512(12, columns, k, a, b, c, block, bias); break;
  }
}
#endif

#if defined(__aarch64__)
#include <arm_neon.h>

#define NEON_MULTIPLY_ADD(x, y, z) vfmaq_f32(z, x, y)
#define NEON_CLAMP(x, low, high) vminq_f32(vmaxq_f32(x, vdupq_n_f32(low)), vdupq_n_f32(high))
DEFINE_TILE(tile_neon, , float32x4_t, 4, 2, 8, vdupq_n_f32(0), vld1q_f32, vld1q_dup_f32, NEON_MULTIPLY_ADD, vaddq_f32,
            vst1q_f32, NEON_CLAMP)

static void run_neon(size_t rows, size_t columns, size_t k, const float *a, const float *b, float *c,
                     const onramp_sgemm_block *block, const float *bias) {
  switch (rows) {
    case 1: tile_neon(1, columns, k, a, b, c, block, bias); break;
    case 2: tile_neon(2, columns, k, a, b, c, block, bias); break;
    case 3: tile_neon(3, columns, k, a, b, c, block, bias); break;
    case 4: tile_neon(4, columns, k, a, b, c, block, bias); break;
    case 5: tile_neon(5, columns, k, a, b, c, block, bias); break;
    case 6: tile_neon(6, columns, k, a, b, c, block, bias); break;
    case 7: tile_neon(7, columns, k, a, b, c, block, bias); break;
    default: tile_neon(8, columns, k, a, b, c, block, bias); break;
  }
}
#endif

static tile_function choose(onramp_gemm_shape *shape) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) {
    *shape = (onramp_gemm_shape){12, 32};
    return run_avx512;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    *shape = (onramp_gemm_shape){6, 16};
    return run_avx2;
  }
#elif defined(__aarch64__)
  *shape = (onramp_gemm_shape){8, 8};
  return run_neon;
#endif
  *shape = (onramp_gemm_shape){4, 8};
  return run_portable;
}

onramp_gemm_shape onramp_sgemm_shape(void) {
  onramp_gemm_shape shape;
  choose(&shape);
  return shape;
}

void onramp_sgemm(const onramp_sgemm_block *block) {
  onramp_gemm_shape shape;
  tile_function run = choose(&shape);
  // A panel of B stays in the first-level cache while all of A's panels pass by.
  for (size_t j = 0; j < block->n; j += shape.columns) {
    size_t columns = block->n - j < shape.columns ? block->n - j : shape.columns;
    const float *b = block->b + j / shape.columns * block->b_stride;
    for (size_t i = 0; i < block->m; i += shape.rows) {
      size_t rows = block->m - i < shape.rows ? block->m - i : shape.rows;
      // The bias is read only for the rows that there are: `run` is given their number.
      run(rows, columns, block->k, block->a + i / shape.rows * block->a_stride, b, block->c + i * block->ldc + j, block,
          block->row_bias ? block->row_bias + i : NULL);
    }
  }
}

void onramp_sgemm_pack(float *to, size_t panel, const float *from, size_t rows, size_t k, size_t row_stride,
                       size_t k_stride, float scale) {
  if (row_stride == 1 && scale == 1 && rows == panel) {
    for (size_t p = 0; p < k; p++) memcpy(to + p * panel, from + p * k_stride, panel * sizeof(float));
    return;
  }
  if (rows < panel) memset(to, 0, panel * k * sizeof(float));
  if (row_stride == 1) {
    for (size_t p = 0; p < k; p++)
      for (size_t r = 0; r < rows; r++) to[p * panel + r] = scale * from[p * k_stride + r];
    return;
  }
  // In blocks of k, so that the panel's lines stay in the cache while every row passes by.
  for (size_t start = 0; start < k; start += 64) {
    size_t end = start + 64 < k ? start + 64 : k;
    for (size_t r = 0; r < rows; r++)
      for (size_t p = start; p < end; p++) to[p * panel + r] = scale * from[r * row_stride + p * k_stride];
  }
}
