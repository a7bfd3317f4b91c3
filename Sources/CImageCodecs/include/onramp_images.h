// Image files in memory to pixels, through the system's libraries; all of it behind the package trait ImageCodecs.
#pragma once
#include <stddef.h>
#include <stdint.h>

// The most pixels that an image may have, so that a small file cannot ask for all memory.
#define ONRAMP_IMAGE_PIXELS ((uint64_t)1 << 27)

typedef struct {
  uint8_t *pixels;  // height x width x channels, for the caller to free; null if decoding fails
  size_t height, width;
  int channels;       // 1 for gray, 3 for red, green, blue, 4 where a byte without meaning follows
  char message[200];  // why decoding fails
} onramp_image;

// Each decodes the first picture of a file of `count` bytes; alpha is left out. Returns nonzero if it succeeds.
int onramp_decode_jpeg(const uint8_t *bytes, size_t count, onramp_image *image);
int onramp_decode_jpeg2000(const uint8_t *bytes, size_t count, onramp_image *image);
int onramp_decode_png(const uint8_t *bytes, size_t count, onramp_image *image);
int onramp_decode_tiff(const uint8_t *bytes, size_t count, onramp_image *image);
int onramp_decode_webp(const uint8_t *bytes, size_t count, onramp_image *image);
