#include "onramp_attention.h"

#include "elementary.h"

// A block of queries meets a block of keys at a time; their products never leave the first-level cache. What was found so
// far is scaled anew when a later block of keys brings a greater product (Milakov and Gimelshein, "Online normalizer
// calculation for softmax", 2018).
enum {
  LANES = 16,
  BLOCK_ROWS = 24,
  BLOCK_KEYS = 256,
  // A cache line more than a power of two, so that the rows of a column do not meet in one set of the cache. Known to the
  // compiler, so that all rows of a tile are reached from one address.
  PITCH = BLOCK_KEYS + 16,
};
_Static_assert((int)ONRAMP_ATTENTION_SIZE <= (int)BLOCK_KEYS, "a query must fit into a row");

// As wide as the widest target's registers; others take several for one.
typedef float vector __attribute__((vector_size(LANES * sizeof(float)), aligned(sizeof(float))));

// R rows of A, PITCH apart, times V · LANES columns of packed B. R and V are constants wherever this is used.
// With `gain`, C becomes C · old + the product · gain, row by row; without `old`, what C held does not count.
ALWAYS_INLINE void tile(const int R, const int V, const float *restrict a, size_t k, const float *restrict b,
                        float *restrict c, size_t ldc, size_t columns, const float *old, const float *gain) {
  vector sum[12][2];
  UNROLL for (int r = 0; r < R; r++) {
    UNROLL for (int v = 0; v < V; v++) sum[r][v] = (vector){0};
  }
  for (size_t p = 0; p < k; p++) {
    vector column[2];
    UNROLL for (int v = 0; v < V; v++) column[v] = *(const vector *)(b + v * LANES);
    UNROLL for (int r = 0; r < R; r++) {
      UNROLL for (int v = 0; v < V; v++) sum[r][v] += a[r * PITCH + p] * column[v];
    }
    b += V * LANES;
  }
  UNROLL for (int r = 0; r < R; r++) {
    float edge[2 * LANES];
    float *row = c + r * ldc, *to = columns < (size_t)(V * LANES) ? edge : row;
    if (gain) {
      UNROLL for (int v = 0; v < V; v++) sum[r][v] *= gain[r];
    }
    if (old) {
      if (to == edge) memcpy(edge, row, columns * sizeof(float));
      UNROLL for (int v = 0; v < V; v++) sum[r][v] += old[r] * *(const vector *)(to + v * LANES);
    }
    UNROLL for (int v = 0; v < V; v++) *(vector *)(to + v * LANES) = sum[r][v];
    if (to == edge) memcpy(row, edge, columns * sizeof(float));
  }
}

// As `tile` for any number of rows, R at a time as long as there are so many.
ALWAYS_INLINE void multiply(const int R, const int V, size_t rows, const float *a, size_t k, const float *b, float *c,
                            size_t ldc, size_t columns, const float *old, const float *gain) {
  size_t r = 0;
#define TILES(COUNT)                                                                                       \
  for (; r + COUNT <= rows; r += COUNT)                                                                    \
  tile(COUNT, V, a + r * PITCH, k, b, c + r * ldc, ldc, columns, old ? old + r : NULL, gain ? gain + r : NULL)
  TILES(R);
  if (R > 4) TILES(4);
  if (R > 2) TILES(2);
  TILES(1);
#undef TILES
}

// What is known of a query after some keys: the greatest product, and the sum of all e^(product - greatest).
typedef struct {
  float greatest, sum;
} state;

// Turns the products of one query with n keys, of which it sees `seen`, into unscaled weights. What the weighted values
// so far must be multiplied by goes to *old, and what the values to come must be to *gain.
ALWAYS_INLINE void weigh(float *s, size_t seen, size_t n, const float *mask, const uint8_t *keep, float fill,
                         int is_last, int blind_is_zero, state *state, float *old, float *gain) {
  if (mask) EACH(j, seen) s[j] += mask[j];
  if (keep) EACH(j, seen) s[j] = keep[j] ? s[j] : fill;
  size_t whole = seen / LANES * LANES;
  float lane[LANES], top = -INFINITY;
  for (size_t l = 0; l < LANES; l++) lane[l] = -INFINITY;
  for (size_t j = 0; j < whole; j += LANES)
    for (size_t l = 0; l < LANES; l++) lane[l] = s[j + l] > lane[l] ? s[j + l] : lane[l];
  for (size_t l = 0; l < LANES; l++) top = lane[l] > top ? lane[l] : top;
  for (size_t j = whole; j < seen; j++) top = s[j] > top ? s[j] : top;
  if (state->greatest > top) top = state->greatest;
  // Where all is negative infinity there is no greatest product to subtract.
  float base = top == -INFINITY ? 0 : top;
  EACH(j, seen) s[j] = exp_one(s[j] - base);
  for (size_t l = 0; l < LANES; l++) lane[l] = 0;
  for (size_t j = 0; j < whole; j += LANES)
    for (size_t l = 0; l < LANES; l++) lane[l] += s[j + l];
  float sum = 0;
  for (size_t j = whole; j < seen; j++) sum += s[j];
  for (size_t l = 0; l < LANES; l++) sum += lane[l];
  for (size_t j = seen; j < n; j++) s[j] = 0;
  // A sum that is NaN stays.
  float before = state->sum == 0 ? 0 : state->sum * exp_one(state->greatest - base);
  float total = before + sum;
  if (total == 0) {
    *old = 0;
    *gain = is_last && !blind_is_zero ? NAN : 0;
  } else {
    *gain = 1.0f / total;
    *old = before * *gain;
  }
  state->greatest = top;
  state->sum = total;
}

ALWAYS_INLINE void attend(const int R, const int V, const onramp_attention_block *block) {
  const size_t panel = (size_t)(V * LANES);
  float queries[BLOCK_ROWS * PITCH], products[BLOCK_ROWS * PITCH];
  for (size_t i = 0; i < block->rows; i += BLOCK_ROWS) {
    size_t rows = block->rows - i < BLOCK_ROWS ? block->rows - i : BLOCK_ROWS;
    size_t limit = block->seen ? 0 : block->keys;
    state states[BLOCK_ROWS];
    float old[BLOCK_ROWS], gain[BLOCK_ROWS];
    for (size_t r = 0; r < rows; r++) {
      memcpy(queries + r * PITCH, block->q + (i + r) * block->q_stride, block->size * sizeof(float));
      states[r].greatest = -INFINITY;
      states[r].sum = 0;
      if (block->seen && block->seen[i + r] > limit) limit = block->seen[i + r];
    }
    if (limit > block->keys) limit = block->keys;
    size_t j = 0;
    do {
      size_t keys = limit - j < BLOCK_KEYS ? limit - j : BLOCK_KEYS;
      int is_last = j + keys >= limit;
      for (size_t p = 0; p < keys; p += panel)
        multiply(R, V, rows, queries, block->size, block->k + (j + p) * block->size, products + p, PITCH, panel, NULL,
                 NULL);
      for (size_t r = 0; r < rows; r++) {
        size_t seen = keys, at = (i + r) * block->mask_stride + j;
        if (block->seen) {
          size_t all = block->seen[i + r];
          seen = all <= j ? 0 : all - j < keys ? all - j : keys;
        }
        weigh(products + r * PITCH, seen, keys, block->mask ? block->mask + at : NULL,
              block->keep ? block->keep + at : NULL, block->fill, is_last, block->blind_is_zero, states + r, old + r,
              gain + r);
      }
      for (size_t p = 0; p < block->value_size; p += panel) {
        size_t columns = block->value_size - p < panel ? block->value_size - p : panel;
        multiply(R, V, rows, products, keys, block->v + p * block->keys + j * panel, block->y + i * block->y_stride + p,
                 block->y_stride, columns, j ? old : NULL, gain);
      }
      j += keys;
    } while (j < limit);
  }
}

typedef float quad __attribute__((vector_size(16), aligned(sizeof(float))));

void onramp_attention_pack_keys(float *to, const float *from, size_t row_stride, size_t stride, size_t keys,
                                size_t size, float scale) {
  size_t panel = onramp_attention_panel();
  for (size_t j = 0; j < keys; j += panel, to += panel * size) {
    size_t count = keys - j < panel ? keys - j : panel, r = 0;
    // Blocks of 4 by 4 are transposed in registers.
    for (; stride == 1 && r + 4 <= count; r += 4) {
      const float *row = from + (j + r) * row_stride;
      size_t p = 0;
      for (; p + 4 <= size; p += 4) {
        quad a = *(const quad *)(row + p), b = *(const quad *)(row + row_stride + p),
             c = *(const quad *)(row + 2 * row_stride + p), d = *(const quad *)(row + 3 * row_stride + p);
        quad ac = __builtin_shufflevector(a, c, 0, 4, 1, 5), bd = __builtin_shufflevector(b, d, 0, 4, 1, 5);
        float *column = to + p * panel + r;
        *(quad *)column = scale * __builtin_shufflevector(ac, bd, 0, 4, 1, 5);
        *(quad *)(column + panel) = scale * __builtin_shufflevector(ac, bd, 2, 6, 3, 7);
        ac = __builtin_shufflevector(a, c, 2, 6, 3, 7);
        bd = __builtin_shufflevector(b, d, 2, 6, 3, 7);
        *(quad *)(column + 2 * panel) = scale * __builtin_shufflevector(ac, bd, 0, 4, 1, 5);
        *(quad *)(column + 3 * panel) = scale * __builtin_shufflevector(ac, bd, 2, 6, 3, 7);
      }
      for (; p < size; p++)
        for (size_t q = 0; q < 4; q++) to[p * panel + r + q] = scale * row[q * row_stride + p];
    }
    for (size_t p = 0; p < size; p++) {
      for (size_t q = r; q < count; q++) to[p * panel + q] = scale * from[(j + q) * row_stride + p * stride];
      for (size_t q = count; q < panel; q++) to[p * panel + q] = 0;
    }
  }
}

void onramp_attention_pack_values(float *to, const float *from, size_t row_stride, size_t keys, size_t size) {
  size_t panel = onramp_attention_panel();
  for (size_t p = 0; p < size; p += panel) {
    size_t count = size - p < panel ? size - p : panel;
    for (size_t j = 0; j < keys; j++, to += panel) {
      memcpy(to, from + j * row_stride + p, count * sizeof(float));
      if (count < panel) memset(to + count, 0, (panel - count) * sizeof(float));
    }
  }
}

// The tile that leaves the fewest of the processor's registers idle: rows, and vectors of columns.
#if defined(__x86_64__)
AVX512_TARGET static void attend_avx512(const onramp_attention_block *block) { attend(12, 2, block); }
AVX2_TARGET static void attend_avx2(const onramp_attention_block *block) { attend(6, 1, block); }
static void attend_portable(const onramp_attention_block *block) { attend(2, 1, block); }

size_t onramp_attention_panel(void) { return best_target() == ON_AVX512 ? 2 * LANES : LANES; }

void onramp_attention(const onramp_attention_block *block) {
  switch (best_target()) {
    case ON_AVX512: return attend_avx512(block);
    case ON_AVX2: return attend_avx2(block);
    case ON_ANY: return attend_portable(block);
  }
}
#else
size_t onramp_attention_panel(void) { return LANES; }

void onramp_attention(const onramp_attention_block *block) { attend(6, 1, block); }
#endif
