#include "onramp_steps.h"

#include <string.h>

// The elements of a block.
enum { BLOCK = 512 };

// A value for one block: its elements lie side by side, or are one that is repeated.
typedef struct {
  const float *start;
  size_t stride;
} value;

static void run_block(const onramp_step *steps, size_t step_count, value *values, size_t stream_count,
                      float (*room)[BLOCK], float *z, size_t n) {
  for (size_t s = 0; s < step_count; s++) {
    const onramp_step *step = &steps[s];
    int is_last = s + 1 == step_count;
    const value *x = &values[step->x], *y = step->combines ? &values[step->y] : x;
    float *to = is_last ? z : room[step->room];
    size_t stride = x->stride | y->stride, count = stride ? n : 1;
    if (step->combines)
      onramp_combine(step->combination, x->start, x->stride, y->start, y->stride, to, count);
    else
      onramp_map(step->function, step->alpha, step->beta, x->start, to, count);
    if (is_last && !stride)
      for (size_t i = 1; i < n; i++) z[i] = z[0];
    values[stream_count + s] = (value){to, stride};
  }
}

void onramp_run_steps(const onramp_step *steps, size_t step_count, const onramp_stream *streams, size_t stream_count,
                      float *z, size_t n, size_t rows) {
  float room[ONRAMP_STEP_ROOM][BLOCK];
  value values[ONRAMP_STREAMS + ONRAMP_STEPS];
  if (n > BLOCK / 2 || rows == 1) {
    for (size_t i = 0; i < rows; i++) {
      for (size_t j = 0; j < n; j += BLOCK) {
        for (size_t v = 0; v < stream_count; v++)
          values[v] = (value){streams[v].start + i * streams[v].row + j * streams[v].stride, streams[v].stride};
        run_block(steps, step_count, values, stream_count, room, z + i * n + j, n - j < BLOCK ? n - j : BLOCK);
      }
    }
    return;
  }
  // Several rows at a time, with whatever is not the same in all of them or goes on from one to the next written out.
  float spread[ONRAMP_STREAMS][BLOCK];
  size_t most = n ? BLOCK / n : rows;
  for (size_t first = 0; first < rows; first += most) {
    size_t count = rows - first < most ? rows - first : most;
    for (size_t v = 0; v < stream_count; v++) {
      const onramp_stream *stream = &streams[v];
      const float *start = stream->start + first * stream->row;
      if (stream->stride == 1 && stream->row == n) {
        values[v] = (value){start, 1};
      } else if (stream->stride == 0 && stream->row == 0) {
        values[v] = (value){start, 0};
      } else {
        // Rows that are all the same are there from the first block on.
        if (stream->row || !first) {
          for (size_t i = 0; i < count; i++, start += stream->row) {
            float *to = spread[v] + i * n;
            if (stream->stride)
              memcpy(to, start, n * sizeof *to);
            else
              for (size_t j = 0; j < n; j++) to[j] = *start;
          }
        }
        values[v] = (value){spread[v], 1};
      }
    }
    run_block(steps, step_count, values, stream_count, room, z + first * n, count * n);
  }
}
