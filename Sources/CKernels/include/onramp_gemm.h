#ifndef ONRAMP_GEMM_H
#define ONRAMP_GEMM_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// The size of the tile of C that the processor's microkernel computes: `rows` rows of packed A times `columns`
// columns of packed B.
typedef struct {
  size_t rows, columns;
} onramp_gemm_shape;

onramp_gemm_shape onramp_sgemm_shape(void);

// C[m×n] = clamp(A[m×k] · B[k×n] + biases + addend) for packed A and B.
typedef struct {
  size_t m, n, k;
  // Panels of `rows` rows, `a_stride` floats apart; within one, the rows' elements of each k lie together.
  const float *a;
  size_t a_stride;
  // Panels of `columns` columns, `b_stride` floats apart; likewise. The last panel of either is filled up with zeros.
  const float *b;
  size_t b_stride;
  float *c;
  size_t ldc;
  // m numbers, each added to a row, or n numbers, each added to a column; NULL for none. Only one of the two.
  const float *row_bias, *column_bias;
  // A matrix to add, `ld_add` floats between rows: C itself to accumulate, or another; NULL for none.
  const float *add;
  size_t ld_add;
  // What elements are limited to in the end; infinities for no limit.
  float low, high;
} onramp_sgemm_block;

void onramp_sgemm(const onramp_sgemm_block *block);

// Packs `rows` (at most `panel`) rows of k elements, `row_stride` and `k_stride` floats apart, scaled; missing rows
// become zeros.
void onramp_sgemm_pack(float *to, size_t panel, const float *from, size_t rows, size_t k, size_t row_stride,
                       size_t k_stride, float scale);

#ifdef __cplusplus
}
#endif
#endif
