#ifdef ONRAMP_IMAGE_CODECS
#include "internal.h"

#include <png.h>

typedef struct {
  const uint8_t *bytes;
  size_t count;
  onramp_image *image;
} source;

static void fail(png_structp png, png_const_charp message) {
  refuse(((source *)png_get_error_ptr(png))->image, message);
  png_longjmp(png, 1);
}

static void ignore(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

static void read_bytes(png_structp png, png_bytep to, size_t count) {
  source *from = png_get_io_ptr(png);
  if (count > from->count) png_error(png, "it ends too early");
  memcpy(to, from->bytes, count);
  from->bytes += count;
  from->count -= count;
}

int onramp_decode_png(const uint8_t *bytes, size_t count, onramp_image *image) {
  *image = (onramp_image){0};
  source from = {bytes, count, image};
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &from, fail, ignore);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  if (info == NULL) {
    png_destroy_read_struct(&png, NULL, NULL);
    return refuse(image, "there is not enough memory");
  }
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, NULL);
    return 0;
  }
  png_set_read_fn(png, &from, read_bytes);
  png_read_info(png, info);
  size_t width = png_get_image_width(png, info), height = png_get_image_height(png, info);
  if (!is_sized(image, width, height)) png_error(png, image->message);
  // Palettes become colours, 1, 2 and 4 bits become 8; of 16 bits the upper ones stay.
  png_set_expand(png);
  png_set_strip_16(png);
  png_set_strip_alpha(png);
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  if (allocate(image, width, height, png_get_channels(png, info))) {
    size_t stride = image->width * image->channels;
    if (png_get_rowbytes(png, info) != stride) png_error(png, "it has pixels of an unknown form");
    while (passes-- > 0)
      for (size_t row = 0; row < image->height; row++) png_read_row(png, image->pixels + row * stride, NULL);
    png_read_end(png, NULL);
  }
  png_destroy_read_struct(&png, &info, NULL);
  return image->pixels != NULL;
}
#endif
