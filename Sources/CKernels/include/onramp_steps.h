#ifndef ONRAMP_STEPS_H
#define ONRAMP_STEPS_H

#include <stddef.h>

#include "onramp_math.h"

#ifdef __cplusplus
extern "C" {
#endif

// Several functions of elements one after another, a few hundred elements at a time, which stay in the cache from step to
// step.

enum {
  // The most steps, the most values that come from outside, and the most intermediate values at a time.
  ONRAMP_STEPS = 16,
  ONRAMP_STREAMS = 24,
  ONRAMP_STEP_ROOM = 8,
};

// A value from outside for each of some rows of elements: element j of row i is start[i · row + j · stride], where the
// stride is 0 or 1.
typedef struct {
  const float *start;
  size_t stride, row;
} onramp_stream;

// A function of value x or, where `combines` is not 0, a combination of values x and y. A value is a stream or, from the
// number of streams on, the result of a step before.
typedef struct {
  int combines;
  onramp_function function;
  onramp_combination combination;
  float alpha, beta;
  size_t x, y;
  // Where the result stays, below ONRAMP_STEP_ROOM; may be x's or y's. Not used for the last step.
  size_t room;
} onramp_step;

// z[i · n + j] = the last step's result for element j of row i. Of the streams, z may be one that has all of its elements.
void onramp_run_steps(const onramp_step *steps, size_t step_count, const onramp_stream *streams, size_t stream_count,
                      float *z, size_t n, size_t rows);

#ifdef __cplusplus
}
#endif
#endif
