#ifndef ONRAMP_WINOGRAD_H
#define ONRAMP_WINOGRAD_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2015: F(4×4, 3×3). A tile is 6×6 inputs, of which
// 4×4 outputs are made; neighbouring tiles share two rows or columns of inputs.
enum { ONRAMP_WINOGRAD_POINTS = 36, ONRAMP_WINOGRAD_RUN = 16, ONRAMP_WINOGRAD_SLACK = 80 };

// Up to ONRAMP_WINOGRAD_RUN tiles side by side in an image, which stand side by side in a panel too.
typedef struct {
  // Where the run starts in the panel, and how many tiles it has.
  size_t column, count;
  // Where its first input and its first output lie in their planes.
  size_t input, output;
  // How much of its outputs there is: rows, 1 to 4, and columns of all its tiles together.
  size_t rows, columns;
} onramp_winograd_run;

// Transforms the 3×3 weights of one filter for one channel: to[point · stride].
void onramp_winograd_weights(float *to, size_t stride, const float *weights);

// Transforms a panel of tiles of one channel: to[point · stride + column]. `pitch` lies between the plane's rows. Reads up
// to ONRAMP_WINOGRAD_SLACK elements behind the last tile's. A panel has 32 columns at most.
void onramp_winograd_input(float *to, size_t stride, size_t columns, const float *plane, size_t pitch,
                           const onramp_winograd_run *runs, size_t run_count);

// Transforms a panel of products back: from[point · stride + column] into the output plane, as
// clamp(transformed + bias + add). `add` is laid out as the plane; NULL for none.
void onramp_winograd_output(float *plane, size_t pitch, const float *from, size_t stride, size_t columns,
                            const onramp_winograd_run *runs, size_t run_count, float bias, const float *add, float low,
                            float high);

#ifdef __cplusplus
}
#endif
#endif
