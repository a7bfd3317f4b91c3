#include "onramp_resize.h"

#include <string.h>

#include "elementary.h"

// With `taps` known in advance, so that the sums stay in registers.
ALWAYS_INLINE void mix(const size_t taps, const onramp_resize_axis *axis, float *y, const float *x, size_t inner,
                       size_t first, size_t count) {
  const int32_t *places = axis->places + first;
  const float *weights = axis->weights + first;
  if (inner == 1) {
    EACH(j, count) {
      float sum = weights[j] * x[places[j]];
      UNROLL for (size_t t = 1; t < taps; t++)
        sum += weights[t * axis->outputs + j] * x[places[t * axis->outputs + j]];
      y[j] = sum;
    }
    return;
  }
  for (size_t j = 0; j < count; j++, y += inner) {
    const float *rows[4];
    float factors[4];
    UNROLL for (size_t t = 0; t < taps; t++) {
      rows[t] = x + (size_t)places[t * axis->outputs + j] * inner;
      factors[t] = weights[t * axis->outputs + j];
    }
    EACH(i, inner) {
      float sum = factors[0] * rows[0][i];
      UNROLL for (size_t t = 1; t < taps; t++) sum += factors[t] * rows[t][i];
      y[i] = sum;
    }
  }
}

ALWAYS_INLINE void copy(const onramp_resize_axis *axis, float *y, const float *x, size_t inner, size_t first,
                        size_t count) {
  const int32_t *places = axis->places + first;
  if (inner == 1) {
    EACH(j, count) y[j] = x[places[j]];
    return;
  }
  for (size_t j = 0; j < count; j++) memcpy(y + j * inner, x + (size_t)places[j] * inner, inner * sizeof *y);
}

ALWAYS_INLINE void mix_many(const onramp_resize_axis *axis, float *y, const float *x, size_t inner, size_t first,
                            size_t count) {
  if (inner == 1) {
    for (size_t t = 0; t < axis->taps; t++) {
      const int32_t *places = axis->places + t * axis->outputs + first;
      const float *weights = axis->weights + t * axis->outputs + first;
      if (t == 0) {
        EACH(j, count) y[j] = weights[j] * x[places[j]];
      } else {
        EACH(j, count) y[j] += weights[j] * x[places[j]];
      }
    }
    return;
  }
  for (size_t j = first; j < first + count; j++, y += inner)
    for (size_t t = 0; t < axis->taps; t++) {
      const float *row = x + (size_t)axis->places[t * axis->outputs + j] * inner;
      float factor = axis->weights[t * axis->outputs + j];
      if (t == 0) {
        EACH(i, inner) y[i] = factor * row[i];
      } else {
        EACH(i, inner) y[i] += factor * row[i];
      }
    }
}

ALWAYS_INLINE void resize_rows(const onramp_resize_axis *axis, float *y, const float *x, size_t inner, size_t first,
                               size_t count) {
  switch (axis->taps) {
    case 1: return copy(axis, y, x, inner, first, count);
    case 2: return mix(2, axis, y, x, inner, first, count);
    case 4: return mix(4, axis, y, x, inner, first, count);
    default: mix_many(axis, y, x, inner, first, count);
  }
}

TARGETS(void, resize_rows,
        (const onramp_resize_axis *axis, float *y, const float *x, size_t inner, size_t first, size_t count),
        (axis, y, x, inner, first, count))

ALWAYS_INLINE void sample(float *y, const float *x, size_t count, size_t taps, size_t stride, const int32_t *places,
                          const float *weights) {
  memset(y, 0, count * sizeof *y);
  for (size_t t = 0; t < taps; t++, places += stride, weights += stride)
    EACH(i, count) {
      float product = weights[i] * x[places[i]];
      y[i] += weights[i] != 0 ? product : 0;
    }
}

TARGETS(void, sample,
        (float *y, const float *x, size_t count, size_t taps, size_t stride, const int32_t *places,
         const float *weights),
        (y, x, count, taps, stride, places, weights))
