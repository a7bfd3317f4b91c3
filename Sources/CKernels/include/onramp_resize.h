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

#ifdef __cplusplus
}
#endif
#endif
