#ifndef ONRAMP_GEMM_H
#define ONRAMP_GEMM_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// The size of the tile of C that the processor's microkernel computes at most: `rows` rows of A times `columns` columns
// of packed B. A panel of B whose last columns are at most `half` is packed that narrow.
typedef struct {
  size_t rows, columns, half;
} onramp_gemm_shape;

onramp_gemm_shape onramp_sgemm_shape(void);

// C[m×n] = clamp(A[m×(taps·k)] · B[(taps·k)×n] + biases + addend) for packed B.
//
// A is read where it lies. Each of its rows comes in `taps` pieces of k neighbouring elements: one for a matrix; one for
// each element of a convolution's window, whose channels are neighbours.
typedef struct {
  size_t m, n, k, taps;
  // The piece of tap t and row i starts at sources[t · source_stride + i]; or where `sources` is NULL, for one tap, at
  // a + i · lda.
  const float *const *sources;
  size_t source_stride;
  const float *a;
  size_t lda;
  // Panels of `columns` columns, `b_stride` floats apart; in each, the columns' elements of one row of B lie together.
  // The last panel is filled up with zeros, to `half` or to `columns`.
  const float *b;
  size_t b_stride;
  float *c;
  size_t ldc;
  // Where C's rows lie in lines: how many a line has, how many of c's line come before c, and the floats between lines.
  // `line` is 0 where all rows are one line.
  size_t line, column, line_pitch;
  // m numbers, each added to a row, or n numbers, each added to a column; NULL for none. Only one of the two.
  const float *row_bias, *column_bias;
  // A matrix to add, `ld_add` floats between rows, its lines as far apart as C's: C itself to accumulate, or another;
  // NULL for none.
  const float *add;
  size_t ld_add;
  // What elements are limited to in the end; infinities for no limit.
  float low, high;
} onramp_sgemm_block;

void onramp_sgemm(const onramp_sgemm_block *block);

// How far from the first one row `i` of C begins, whose rows lie `ld` apart.
static inline ptrdiff_t onramp_sgemm_row(const onramp_sgemm_block *block, size_t i, size_t ld) {
  if (block->line == 0) return (ptrdiff_t)(i * ld);
  size_t place = block->column + i;
  return (ptrdiff_t)(place / block->line * block->line_pitch + place % block->line * ld) -
         (ptrdiff_t)(block->column * ld);
}

// Packs `columns` (at most `panel`) columns of k elements, `column_stride` and `k_stride` floats apart, scaled; missing
// columns become zeros.
void onramp_sgemm_pack(float *to, size_t panel, const float *from, size_t columns, size_t k, size_t column_stride,
                       size_t k_stride, float scale);

#ifdef __cplusplus
}
#endif
#endif
