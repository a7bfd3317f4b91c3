#ifndef ONRAMP_ATTENTION_H
#define ONRAMP_ATTENTION_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// The longest vectors of queries and keys.
enum { ONRAMP_ATTENTION_SIZE = 256 };

// How many rows, keys or columns of values, a packed panel has. Depends on the processor.
size_t onramp_attention_panel(void);

// Packs `keys` vectors of `size` elements, scaled, into panels of so many keys: for each element one after another, those
// of all keys of the panel together. Missing keys become zeros.
void onramp_attention_pack_keys(float *to, const float *from, size_t row_stride, size_t stride, size_t keys,
                                size_t size, float scale);

// Packs `keys` vectors of `size` neighbouring elements into panels of so many elements: for each key one after another,
// its elements of the panel. Missing elements become zeros.
void onramp_attention_pack_values(float *to, const float *from, size_t row_stride, size_t keys, size_t size);

// Attention of some queries to all keys of one head: y = softmax(Q · Kᵀ + mask) · V.
typedef struct {
  // Queries; keys and values; the elements of a query, at most ONRAMP_ATTENTION_SIZE, and those of a value.
  size_t rows, keys, size, value_size;
  // Queries of neighbouring elements, `q_stride` floats apart.
  const float *q;
  size_t q_stride;
  // Packed.
  const float *k, *v;
  float *y;
  size_t y_stride;
  // How many keys, from the first on, each query sees; NULL for all.
  const size_t *seen;
  // A number for each query and key, added to their product; NULL for none.
  const float *mask;
  // For each query and key, whether the product counts where `fill` is taken else; NULL for none. Not with `mask`.
  const uint8_t *keep;
  // Between the masks of neighbouring queries; 0 for one mask for all.
  size_t mask_stride;
  float fill;
  // Whether queries for which no product is above negative infinity get zeros in place of NaN.
  int blind_is_zero;
} onramp_attention_block;

void onramp_attention(const onramp_attention_block *block);

#ifdef __cplusplus
}
#endif
#endif
