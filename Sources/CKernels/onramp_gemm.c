#include "onramp_gemm.h"

#include <string.h>

#define ALWAYS_INLINE static inline __attribute__((always_inline))

// Where a tile's sums start and where they go.
typedef struct {
  // Columns of C that are written; less than the tile's where C ends.
  size_t columns, k;
  const float *a, *b;
  float *c;
  // Starting values for each row or each column, and what is added in the end; NULL for none.
  const float *row_bias, *column_bias, *add;
  size_t ldc, ld_add;
  float low, high;
} tile;

typedef void (*tile_function)(size_t rows, const tile *t);

// Without being told, the compiler keeps the loops of larger tiles, and with them the sums in memory.
#define UNROLL _Pragma("clang loop unroll(full)")

// Rows of A times columns of B in registers: R rows by V vectors. R and V are constants wherever this is used.
#define DEFINE_TILE(NAME, TARGET, VECTOR, LANES, V, PANEL, ZERO, LOAD, BROADCAST, MULTIPLY_ADD, ADD, STORE, CLAMP)   \
  TARGET ALWAYS_INLINE void NAME(int R, const tile *t) {                                                             \
    const float *restrict a = t->a, *restrict b = t->b;                                                              \
    VECTOR sum[PANEL][V];                                                                                            \
    UNROLL for (int r = 0; r < R; r++) {                                                                             \
      UNROLL for (int v = 0; v < V; v++) {                                                                           \
        sum[r][v] = t->row_bias      ? BROADCAST(t->row_bias + r)                                                    \
                    : t->column_bias ? LOAD(t->column_bias + v * LANES)                                              \
                                     : ZERO;                                                                         \
      }                                                                                                              \
    }                                                                                                                \
    for (size_t p = t->k; p > 0; p--) {                                                                              \
      VECTOR column[V];                                                                                              \
      UNROLL for (int v = 0; v < V; v++) column[v] = LOAD(b + v * LANES);                                            \
      UNROLL for (int r = 0; r < R; r++) {                                                                           \
        VECTOR row = BROADCAST(a + r);                                                                               \
        UNROLL for (int v = 0; v < V; v++) sum[r][v] = MULTIPLY_ADD(row, column[v], sum[r][v]);                      \
      }                                                                                                              \
      a += PANEL;                                                                                                    \
      b += V * LANES;                                                                                                \
    }                                                                                                                \
    float edge[V * LANES];                                                                                           \
    size_t edge_size = t->columns * sizeof(float);                                                                   \
    UNROLL for (int r = 0; r < R; r++) {                                                                             \
      float *to = t->columns < V * LANES ? edge : t->c + r * t->ldc;                                                 \
      if (t->add) {                                                                                                  \
        const float *from = t->add + r * t->ld_add;                                                                  \
        if (to == edge) from = memcpy(edge, from, edge_size);                                                        \
        UNROLL for (int v = 0; v < V; v++) sum[r][v] = ADD(sum[r][v], LOAD(from + v * LANES));                       \
      }                                                                                                              \
      UNROLL for (int v = 0; v < V; v++) STORE(to + v * LANES, CLAMP(sum[r][v], t->low, t->high));                   \
      if (to == edge) memcpy(t->c + r * t->ldc, edge, edge_size);                                                    \
    }                                                                                                                \
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

static void run_portable(size_t rows, const tile *t) {
  switch (rows) {
    case 1: tile_portable(1, t); break;
    case 2: tile_portable(2, t); break;
    case 3: tile_portable(3, t); break;
    default: tile_portable(4, t); break;
  }
}

#if defined(__x86_64__)
#include <immintrin.h>

// min and max return their second argument when either is NaN: NaN in the value passes through.
#define AVX_CLAMP(x, low, high) _mm256_min_ps(_mm256_set1_ps(high), _mm256_max_ps(_mm256_set1_ps(low), x))
#define AVX2 __attribute__((target("avx2,fma")))
DEFINE_TILE(tile_avx2, AVX2, __m256, 8, 2, 6, _mm256_setzero_ps(), _mm256_loadu_ps, _mm256_broadcast_ss,
            _mm256_fmadd_ps, _mm256_add_ps, _mm256_storeu_ps, AVX_CLAMP)

AVX2 static void run_avx2(size_t rows, const tile *t) {
  switch (rows) {
    case 1: tile_avx2(1, t); break;
    case 2: tile_avx2(2, t); break;
    case 3: tile_avx2(3, t); break;
    case 4: tile_avx2(4, t); break;
    case 5: tile_avx2(5, t); break;
    default: tile_avx2(6, t); break;
  }
}

#define AVX512_CLAMP(x, low, high) _mm512_min_ps(_mm512_set1_ps(high), _mm512_max_ps(_mm512_set1_ps(low), x))
#define AVX512_BROADCAST(p) _mm512_set1_ps(*(p))
#define AVX512 __attribute__((target("avx512f")))
DEFINE_TILE(tile_avx512, AVX512, __m512, 16, 2, 12, _mm512_setzero_ps(), _mm512_loadu_ps, AVX512_BROADCAST,
            _mm512_fmadd_ps, _mm512_add_ps, _mm512_storeu_ps, AVX512_CLAMP)

AVX512 static void run_avx512(size_t rows, const tile *t) {
  switch (rows) {
    case 1: tile_avx512(1, t); break;
    case 2: tile_avx512(2, t); break;
    case 3: tile_avx512(3, t); break;
    case 4: tile_avx512(4, t); break;
    case 5: tile_avx512(5, t); break;
    case 6: tile_avx512(6, t); break;
    case 7: tile_avx512(7, t); break;
    case 8: tile_avx512(8, t); break;
    case 9: tile_avx512(9, t); break;
    case 10: tile_avx512(10, t); break;
    case 11: tile_avx512(11, t); break;
    default: tile_avx512(12, t); break;
  }
}
#endif

#if defined(__aarch64__)
#include <arm_neon.h>

#define NEON_MULTIPLY_ADD(x, y, z) vfmaq_f32(z, x, y)
#define NEON_CLAMP(x, low, high) vminq_f32(vmaxq_f32(x, vdupq_n_f32(low)), vdupq_n_f32(high))
DEFINE_TILE(tile_neon, , float32x4_t, 4, 2, 8, vdupq_n_f32(0), vld1q_f32, vld1q_dup_f32, NEON_MULTIPLY_ADD, vaddq_f32,
            vst1q_f32, NEON_CLAMP)

static void run_neon(size_t rows, const tile *t) {
  switch (rows) {
    case 1: tile_neon(1, t); break;
    case 2: tile_neon(2, t); break;
    case 3: tile_neon(3, t); break;
    case 4: tile_neon(4, t); break;
    case 5: tile_neon(5, t); break;
    case 6: tile_neon(6, t); break;
    case 7: tile_neon(7, t); break;
    default: tile_neon(8, t); break;
  }
}
#endif

enum { MAXIMAL_COLUMNS = 32 };

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
    tile t = {
        .columns = block->n - j < shape.columns ? block->n - j : shape.columns,
        .k = block->k,
        .b = block->b + j / shape.columns * block->b_stride,
        .ldc = block->ldc,
        .ld_add = block->ld_add,
        .low = block->low,
        .high = block->high,
    };
    float edge[MAXIMAL_COLUMNS];
    if (block->column_bias) {
      t.column_bias = block->column_bias + j;
      if (t.columns < shape.columns) t.column_bias = memcpy(edge, t.column_bias, t.columns * sizeof(float));
    }
    for (size_t i = 0; i < block->m; i += shape.rows) {
      t.a = block->a + i / shape.rows * block->a_stride;
      t.c = block->c + i * block->ldc + j;
      t.add = block->add ? block->add + i * block->ld_add + j : NULL;
      // Read only for the rows that there are: `run` is given their number.
      t.row_bias = block->row_bias ? block->row_bias + i : NULL;
      run(block->m - i < shape.rows ? block->m - i : shape.rows, &t);
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
