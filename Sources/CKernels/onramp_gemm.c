#include "onramp_gemm.h"
#include "onramp_channels_last.h"

#include <stdint.h>
#include <string.h>

#include "targets.h"

// One tile of C.
typedef struct {
  // Columns of C that are written; less than the tile's where C ends.
  size_t columns, k, taps;
  const float *const *sources;
  size_t source_stride;
  const float *b;
  // Where this tile's share of the next panel starts, and how many steps of each tap ask for what they would read
  // there; NULL for none.
  const char *ahead;
  size_t share;
  float *c;
  const float *row_bias, *column_bias, *add;
  size_t ldc, ld_add;
  float low, high;
} tile;

typedef void (*tile_function)(size_t rows, int is_half, const tile *t);

// Rows of A times columns of B in registers: R rows by V vectors. R and V are constants wherever this is used.
#define DEFINE_TILE(NAME, TARGET, VECTOR, LANES, ROWS, ZERO, LOAD, LOAD_PART, BROADCAST, MULTIPLY_ADD, ADD, STORE,     \
                    STORE_PART, CLAMP)                                                                                 \
  TARGET ALWAYS_INLINE void NAME##_step(int R, int V, size_t p, const float *const *row, const float **b,              \
                                        VECTOR sum[][2]) {                                                             \
    VECTOR column[2];                                                                                                  \
    UNROLL for (int v = 0; v < V; v++) column[v] = LOAD(*b + v * LANES);                                               \
    *b += V * LANES;                                                                                                   \
    UNROLL for (int r = 0; r < R; r++) {                                                                               \
      VECTOR x = BROADCAST(row[r] + p);                                                                                \
      UNROLL for (int v = 0; v < V; v++) sum[r][v] = MULTIPLY_ADD(x, column[v], sum[r][v]);                            \
    }                                                                                                                  \
  }                                                                                                                    \
                                                                                                                       \
  /* Of each row's last vector the first `part` lanes are written. */                                                  \
  TARGET ALWAYS_INLINE void NAME##_finish(int R, int V, size_t part, const tile *t, VECTOR sum[][2]) {                 \
    const float low = t->low, high = t->high;                                                                          \
    if (t->add) {                                                                                                      \
      UNROLL for (int r = 0; r < R; r++) {                                                                             \
        const float *from = t->add + r * t->ld_add;                                                                    \
        UNROLL for (int v = 0; v < V; v++) {                                                                           \
          VECTOR x = part == LANES || v < V - 1 ? LOAD(from + v * LANES) : LOAD_PART(from + v * LANES, part);          \
          sum[r][v] = ADD(sum[r][v], x);                                                                               \
        }                                                                                                              \
      }                                                                                                                \
    }                                                                                                                  \
    UNROLL for (int r = 0; r < R; r++) {                                                                               \
      float *to = t->c + r * t->ldc;                                                                                   \
      UNROLL for (int v = 0; v < V; v++) {                                                                             \
        VECTOR x = CLAMP(sum[r][v], low, high);                                                                        \
        if (part == LANES || v < V - 1)                                                                                \
          STORE(to + v * LANES, x);                                                                                    \
        else                                                                                                           \
          STORE_PART(to + v * LANES, x, part);                                                                         \
      }                                                                                                                \
    }                                                                                                                  \
  }                                                                                                                    \
                                                                                                                       \
  TARGET ALWAYS_INLINE void NAME(int R, int V, const tile *t) {                                                        \
    const float *b = t->b;                                                                                             \
    const char *ahead = t->ahead;                                                                                      \
    int is_whole = t->columns >= (size_t)(V * LANES);                                                                  \
    size_t part = is_whole ? LANES : t->columns - (size_t)(V - 1) * LANES;                                             \
    VECTOR sum[ROWS][2];                                                                                               \
    UNROLL for (int v = 0; v < V; v++) {                                                                               \
      VECTOR start = ZERO;                                                                                             \
      if (t->column_bias)                                                                                              \
        start = is_whole || v < V - 1 ? LOAD(t->column_bias + v * LANES) : LOAD_PART(t->column_bias + v * LANES, part);\
      UNROLL for (int r = 0; r < R; r++) sum[r][v] = t->row_bias ? BROADCAST(t->row_bias + r) : start;                 \
    }                                                                                                                  \
    for (size_t tap = 0; tap < t->taps; tap++) {                                                                       \
      const float *row[ROWS];                                                                                          \
      UNROLL for (int r = 0; r < R; r++) row[r] = t->sources[tap * t->source_stride + r];                              \
      size_t p = 0, asking = ahead ? t->share : 0;                                                                     \
      for (; p < asking; p++) {                                                                                        \
        UNROLL for (size_t line = 0; line < V * LANES * sizeof(float); line += 64)                                     \
          __builtin_prefetch(ahead + line, 0, 2);                                                                      \
        ahead += V * LANES * sizeof(float);                                                                            \
        NAME##_step(R, V, p, row, &b, sum);                                                                            \
      }                                                                                                                \
      _Pragma("clang loop unroll_count(4)") for (; p < t->k; p++) NAME##_step(R, V, p, row, &b, sum);                  \
    }                                                                                                                  \
    if (is_whole)                                                                                                      \
      NAME##_finish(R, V, LANES, t, sum);                                                                              \
    else                                                                                                               \
      NAME##_finish(R, V, part, t, sum);                                                                               \
  }

#define CASE(NAME, R) \
  case R:             \
    if (is_half)      \
      NAME(R, 1, t);  \
    else              \
      NAME(R, 2, t);  \
    break;

// For plain C: the vector is a few floats, which the compiler may keep in vectors of its own.
enum { PORTABLE_LANES = 4, PORTABLE_ROWS = 4 };
typedef struct {
  float lane[PORTABLE_LANES];
} portable;

ALWAYS_INLINE portable portable_broadcast(const float *p) {
  portable x;
  for (int i = 0; i < PORTABLE_LANES; i++) x.lane[i] = *p;
  return x;
}

ALWAYS_INLINE portable portable_load_part(const float *p, size_t count) {
  portable x = {{0}};
  for (size_t i = 0; i < count; i++) x.lane[i] = p[i];
  return x;
}

ALWAYS_INLINE portable portable_load(const float *p) { return portable_load_part(p, PORTABLE_LANES); }

ALWAYS_INLINE portable portable_multiply_add(portable x, portable y, portable z) {
  for (int i = 0; i < PORTABLE_LANES; i++) z.lane[i] += x.lane[i] * y.lane[i];
  return z;
}

ALWAYS_INLINE portable portable_add(portable x, portable y) {
  for (int i = 0; i < PORTABLE_LANES; i++) x.lane[i] += y.lane[i];
  return x;
}

ALWAYS_INLINE void portable_store_part(float *p, portable x, size_t count) {
  for (size_t i = 0; i < count; i++) p[i] = x.lane[i];
}

ALWAYS_INLINE void portable_store(float *p, portable x) { portable_store_part(p, x, PORTABLE_LANES); }

// Comparisons that let NaN pass through.
ALWAYS_INLINE portable portable_clamp(portable x, float low, float high) {
  for (int i = 0; i < PORTABLE_LANES; i++) x.lane[i] = x.lane[i] < low ? low : x.lane[i] > high ? high : x.lane[i];
  return x;
}

DEFINE_TILE(tile_portable, , portable, PORTABLE_LANES, PORTABLE_ROWS, (portable){{0}}, portable_load,
            portable_load_part, portable_broadcast, portable_multiply_add, portable_add, portable_store,
            portable_store_part, portable_clamp)

static void run_portable(size_t rows, int is_half, const tile *t) {
  switch (rows) {
    CASE(tile_portable, 1)
    CASE(tile_portable, 2)
    CASE(tile_portable, 3)
    CASE(tile_portable, 4)
  }
}

#if defined(__x86_64__)
#include <immintrin.h>

// min and max return their second argument when either is NaN: NaN in the value passes through.
#define AVX_CLAMP(x, low, high) _mm256_min_ps(_mm256_set1_ps(high), _mm256_max_ps(_mm256_set1_ps(low), x))
#define AVX_MASK(count) _mm256_loadu_si256((const __m256i *)(avx_masks + 8 - (count)))
#define AVX_LOAD_PART(p, count) _mm256_maskload_ps(p, AVX_MASK(count))
#define AVX_STORE_PART(p, x, count) _mm256_maskstore_ps(p, AVX_MASK(count), x)
#define AVX2 __attribute__((target("avx2,fma")))

static const int avx_masks[16] = {-1, -1, -1, -1, -1, -1, -1, -1};

DEFINE_TILE(tile_avx2, AVX2, __m256, 8, 6, _mm256_setzero_ps(), _mm256_loadu_ps, AVX_LOAD_PART, _mm256_broadcast_ss,
            _mm256_fmadd_ps, _mm256_add_ps, _mm256_storeu_ps, AVX_STORE_PART, AVX_CLAMP)

AVX2 static void run_avx2(size_t rows, int is_half, const tile *t) {
  switch (rows) {
    CASE(tile_avx2, 1)
    CASE(tile_avx2, 2)
    CASE(tile_avx2, 3)
    CASE(tile_avx2, 4)
    CASE(tile_avx2, 5)
    CASE(tile_avx2, 6)
  }
}

#define AVX512_CLAMP(x, low, high) _mm512_min_ps(_mm512_set1_ps(high), _mm512_max_ps(_mm512_set1_ps(low), x))
#define AVX512_BROADCAST(p) _mm512_set1_ps(*(p))
#define AVX512_MASK(count) (__mmask16)((1u << (count)) - 1)
#define AVX512_LOAD_PART(p, count) _mm512_maskz_loadu_ps(AVX512_MASK(count), p)
#define AVX512_STORE_PART(p, x, count) _mm512_mask_storeu_ps(p, AVX512_MASK(count), x)
#define AVX512 __attribute__((target("avx512f")))

DEFINE_TILE(tile_avx512, AVX512, __m512, 16, 14, _mm512_setzero_ps(), _mm512_loadu_ps, AVX512_LOAD_PART,
            AVX512_BROADCAST, _mm512_fmadd_ps, _mm512_add_ps, _mm512_storeu_ps, AVX512_STORE_PART, AVX512_CLAMP)

AVX512 static void run_avx512(size_t rows, int is_half, const tile *t) {
  switch (rows) {
    CASE(tile_avx512, 1)
    CASE(tile_avx512, 2)
    CASE(tile_avx512, 3)
    CASE(tile_avx512, 4)
    CASE(tile_avx512, 5)
    CASE(tile_avx512, 6)
    CASE(tile_avx512, 7)
    CASE(tile_avx512, 8)
    CASE(tile_avx512, 9)
    CASE(tile_avx512, 10)
    CASE(tile_avx512, 11)
    CASE(tile_avx512, 12)
    CASE(tile_avx512, 13)
    CASE(tile_avx512, 14)
  }
}
#endif

#if defined(__aarch64__)
#include <arm_neon.h>

#define NEON_MULTIPLY_ADD(x, y, z) vfmaq_f32(z, x, y)
#define NEON_CLAMP(x, low, high) vminq_f32(vmaxq_f32(x, vdupq_n_f32(low)), vdupq_n_f32(high))

ALWAYS_INLINE float32x4_t neon_load_part(const float *p, size_t count) {
  float lanes[4] = {0};
  for (size_t i = 0; i < count; i++) lanes[i] = p[i];
  return vld1q_f32(lanes);
}

ALWAYS_INLINE void neon_store_part(float *p, float32x4_t x, size_t count) {
  float lanes[4];
  vst1q_f32(lanes, x);
  for (size_t i = 0; i < count; i++) p[i] = lanes[i];
}

DEFINE_TILE(tile_neon, , float32x4_t, 4, 12, vdupq_n_f32(0), vld1q_f32, neon_load_part, vld1q_dup_f32,
            NEON_MULTIPLY_ADD, vaddq_f32, vst1q_f32, neon_store_part, NEON_CLAMP)

static void run_neon(size_t rows, int is_half, const tile *t) {
  switch (rows) {
    CASE(tile_neon, 1)
    CASE(tile_neon, 2)
    CASE(tile_neon, 3)
    CASE(tile_neon, 4)
    CASE(tile_neon, 5)
    CASE(tile_neon, 6)
    CASE(tile_neon, 7)
    CASE(tile_neon, 8)
    CASE(tile_neon, 9)
    CASE(tile_neon, 10)
    CASE(tile_neon, 11)
    CASE(tile_neon, 12)
  }
}
#endif

enum {
  MAXIMAL_ROWS = 14,
  // The most rows of A whose elements may fall into the same set of the first-level cache.
  CROWDED_ROWS = 7,
  CACHE_PERIOD = 4096,
  // The most rows of a panel of B that are multiplied in one pass: a panel should take no more than a part of the
  // second-level cache, in which it stays while the rows of A pass by.
  MAXIMAL_DEPTH = 2048,
  // The rows from which on a panel is asked for ahead.
  ASKED_DEPTH = 64,
};

static tile_function choose(onramp_gemm_shape *shape) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) {
    *shape = (onramp_gemm_shape){14, 32, 16};
    return run_avx512;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    *shape = (onramp_gemm_shape){6, 16, 8};
    return run_avx2;
  }
#elif defined(__aarch64__)
  *shape = (onramp_gemm_shape){12, 8, 4};
  return run_neon;
#endif
  *shape = (onramp_gemm_shape){PORTABLE_ROWS, 2 * PORTABLE_LANES, PORTABLE_LANES};
  return run_portable;
}

onramp_gemm_shape onramp_sgemm_shape(void) {
  onramp_gemm_shape shape;
  choose(&shape);
  return shape;
}

// Some of the rows of B: whole taps, or a part of the only one.
typedef struct {
  size_t first_tap, taps, first, k;
  int is_first, is_last;
} slice;

// Rows a multiple of the cache's period apart compete for the few places of one set: fewer then go together.
static size_t tile_rows(const onramp_sgemm_block *block, const onramp_gemm_shape *shape) {
  size_t distance = block->lda * sizeof(float);
  if (block->sources && block->m > 1) distance = (size_t)((uintptr_t)block->sources[1] - (uintptr_t)block->sources[0]);
  return distance % CACHE_PERIOD == 0 && shape->rows > CROWDED_ROWS ? CROWDED_ROWS : shape->rows;
}

// Tells a tile where the slice of its rows of A lies; `dense` is room for their addresses.
ALWAYS_INLINE void point_at_rows(tile *t, const float **dense, const onramp_sgemm_block *block, const slice *s, size_t i,
                                 size_t rows) {
  const float *const *pieces = block->sources ? block->sources + s->first_tap * block->source_stride + i : NULL;
  t->sources = s->taps == 1 ? dense : pieces;
  t->source_stride = block->source_stride;
  if (s->taps != 1) return;
  for (size_t r = 0; r < rows; r++) dense[r] = (pieces ? pieces[r] : block->a + (i + r) * block->lda) + s->first;
}

static void multiply_slice(const onramp_sgemm_block *block, const slice *s, tile_function run,
                           const onramp_gemm_shape *shape) {
  size_t height = tile_rows(block, shape);
  size_t line = block->line ? block->line : block->m;
  size_t before = s->first_tap * block->k + s->first;
  const float *add = s->is_first ? block->add : block->c;
  size_t ld_add = s->is_first ? block->ld_add : block->ldc;
  // A panel of B stays in the cache while all rows of A pass by.
  for (size_t j = 0; j < block->n; j += shape->columns) {
    size_t columns = block->n - j < shape->columns ? block->n - j : shape->columns;
    int is_half = columns <= shape->half;
    size_t width = is_half ? shape->half : shape->columns;
    const float *b = block->b + j / shape->columns * block->b_stride + before * width;
    tile t = {
        .columns = columns,
        .k = s->k,
        .taps = s->taps,
        .b = b,
        .ldc = block->ldc,
        .ld_add = ld_add,
        .low = s->is_last ? block->low : -__builtin_inff(),
        .high = s->is_last ? block->high : __builtin_inff(),
        .column_bias = s->is_first && block->column_bias ? block->column_bias + j : NULL,
    };
    // All tiles together ask for the next panel: for one of them it would be more than memory gives in that time. Behind
    // the block's last panel the next block's begins, or that of other weights; where nothing does, asking does no harm.
    // Short panels come in time by themselves, as they lie one behind the other.
    uintptr_t next = (uintptr_t)b + block->b_stride * sizeof(float);
    size_t askers = s->taps * s->k < ASKED_DEPTH ? 0 : (block->m + height - 1) / height;
    t.share = askers ? (s->k + askers - 1) / askers : 0;
    for (size_t first = 0, index = 0; first < block->m;) {
      // Tiles of as equal heights as can be, all in one line of C.
      size_t count = line - (block->column + first) % line;
      if (count > block->m - first) count = block->m - first;
      size_t tiles = (count + height - 1) / height, i = first;
      t.c = block->c + onramp_sgemm_row(block, first, block->ldc) + j;
      t.add = add ? add + onramp_sgemm_row(block, first, ld_add) + j : NULL;
      for (size_t place = 0; place < tiles; place++, index++) {
        size_t rows = count / tiles + (place < count % tiles);
        const float *dense[MAXIMAL_ROWS];
        point_at_rows(&t, dense, block, s, i, rows);
        t.ahead = index < askers ? (const char *)(next + index * t.share * s->taps * width * sizeof(float)) : NULL;
        t.row_bias = s->is_first && block->row_bias ? block->row_bias + i : NULL;
        run(rows, is_half, &t);
        t.c += rows * block->ldc;
        if (t.add) t.add += rows * ld_add;
        i += rows;
      }
      first += count;
    }
  }
}

void onramp_sgemm(const onramp_sgemm_block *block) {
  onramp_gemm_shape shape;
  tile_function run = choose(&shape);
  if (block->taps == 1) {
    size_t slices = block->k > MAXIMAL_DEPTH ? (block->k + MAXIMAL_DEPTH - 1) / MAXIMAL_DEPTH : 1;
    for (size_t i = 0; i < slices; i++) {
      size_t start = block->k * i / slices, end = block->k * (i + 1) / slices;
      slice s = {0, 1, start, end - start, i == 0, i + 1 == slices};
      multiply_slice(block, &s, run, &shape);
    }
    return;
  }
  size_t most = block->k < MAXIMAL_DEPTH ? MAXIMAL_DEPTH / (block->k ? block->k : 1) : 1;
  size_t slices = (block->taps + most - 1) / most;
  for (size_t i = 0; i < slices; i++) {
    size_t start = block->taps * i / slices, end = block->taps * (i + 1) / slices;
    slice s = {start, end - start, 0, block->k, i == 0, i + 1 == slices};
    multiply_slice(block, &s, run, &shape);
  }
}

void onramp_sgemm_pack(float *to, size_t panel, const float *from, size_t columns, size_t k, size_t column_stride,
                       size_t k_stride, float scale) {
  if (column_stride == 1 && scale == 1 && columns == panel) {
    for (size_t p = 0; p < k; p++) memcpy(to + p * panel, from + p * k_stride, panel * sizeof(float));
    return;
  }
  if (columns < panel) memset(to, 0, panel * k * sizeof(float));
  if (column_stride == 1) {
    for (size_t p = 0; p < k; p++)
      for (size_t r = 0; r < columns; r++) to[p * panel + r] = scale * from[p * k_stride + r];
    return;
  }
  if (k_stride == 1 && scale == 1) {
    onramp_transpose_words((uint32_t *)to, panel, (const uint32_t *)from, column_stride, k, columns);
    return;
  }
  // In blocks of k, so that the panel's lines stay in the cache while every column passes by.
  for (size_t start = 0; start < k; start += 64) {
    size_t end = start + 64 < k ? start + 64 : k;
    for (size_t r = 0; r < columns; r++)
      for (size_t p = start; p < end; p++) to[p * panel + r] = scale * from[r * column_stride + p * k_stride];
  }
}
