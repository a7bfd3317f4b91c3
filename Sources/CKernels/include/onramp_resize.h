#ifndef ONRAMP_RESIZE_H
#define ONRAMP_RESIZE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// One axis resized: for each of the outputs the inputs that it is made of, with their weights, tap by tap:
// places[tap · outputs + output].
typedef struct {
  size_t outputs, taps;
  const int32_t *places;
  const float *weights;
} onramp_resize_axis;

// Mixes rows of `inner` numbers, y[i] = Σ weight · x[place · inner + i], for `count` outputs from `first` on, whose rows
// follow each other in y. A single tap is copied.
void onramp_resize_rows(const onramp_resize_axis *axis, float *y, const float *x, size_t inner, size_t first,
                        size_t count);

// y[i] = Σ weights[t · stride + i] · x[places[t · stride + i]] over t below `taps`, for i below `count`. What has the
// weight 0 does not matter, even if it is infinite.
void onramp_sample(float *y, const float *x, size_t count, size_t taps, size_t stride, const int32_t *places,
                   const float *weights);

#ifdef __cplusplus
}
#endif
#endif
