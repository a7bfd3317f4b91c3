#pragma once
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "onramp_images.h"

// Says why an image is refused, releases its pixels, and is the value to return.
static inline int refuse(onramp_image *image, const char *message) {
  if (image->message[0] == 0) snprintf(image->message, sizeof image->message, "%s", message);
  image->message[strcspn(image->message, "\r\n")] = 0;
  free(image->pixels);
  image->pixels = NULL;
  return 0;
}

// Whether an image has pixels, and not too many.
static inline int is_sized(onramp_image *image, uint64_t width, uint64_t height) {
  if (width == 0 || height == 0) return refuse(image, "it has no pixels");
  return width <= ONRAMP_IMAGE_PIXELS / height || refuse(image, "it has too many pixels");
}

// Makes room for pixels, unless they are too many.
static inline int allocate(onramp_image *image, uint64_t width, uint64_t height, int channels) {
  if (!is_sized(image, width, height)) return 0;
  image->width = (size_t)width;
  image->height = (size_t)height;
  image->channels = channels;
  image->pixels = calloc((size_t)(width * height), (size_t)channels);
  return image->pixels != NULL || refuse(image, "there is not enough memory");
}
