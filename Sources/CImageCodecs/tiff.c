#ifdef ONRAMP_IMAGE_CODECS
#include "internal.h"

#include <tiffio.h>

typedef struct {
  const uint8_t *bytes;
  size_t count;
  size_t at;
  onramp_image *image;
} source;

static tmsize_t read_bytes(thandle_t handle, void *to, tmsize_t count) {
  source *from = handle;
  size_t left = from->at < from->count ? from->count - from->at : 0;
  size_t n = (size_t)count < left ? (size_t)count : left;
  memcpy(to, from->bytes + (n ? from->at : 0), n);
  from->at += n;
  return (tmsize_t)n;
}

static tmsize_t write_bytes(thandle_t handle, void *bytes, tmsize_t count) {
  (void)handle;
  (void)bytes;
  (void)count;
  return 0;
}

static toff_t seek(thandle_t handle, toff_t offset, int whence) {
  source *from = handle;
  toff_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? from->at : from->count;
  from->at = (size_t)(base + offset);
  return from->at;
}

static toff_t size(thandle_t handle) { return ((source *)handle)->count; }

static int close_source(thandle_t handle) {
  (void)handle;
  return 0;
}

static int on_error(TIFF *file, void *data, const char *module, const char *format, va_list arguments) {
  (void)file;
  (void)module;
  onramp_image *image = ((source *)data)->image;
  if (image->message[0] == 0) vsnprintf(image->message, sizeof image->message, format, arguments);
  return 1;
}

static int ignore(TIFF *file, void *data, const char *module, const char *format, va_list arguments) {
  (void)file;
  (void)data;
  (void)module;
  (void)format;
  (void)arguments;
  return 1;
}

int onramp_decode_tiff(const uint8_t *bytes, size_t count, onramp_image *image) {
  *image = (onramp_image){0};
  source from = {bytes, count, 0, image};
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
  if (options == NULL) return refuse(image, "there is not enough memory");
  TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, &from);
  TIFFOpenOptionsSetWarningHandlerExtR(options, ignore, &from);
  TIFFOpenOptionsSetMaxSingleMemAlloc(options, (tmsize_t)(4 * ONRAMP_IMAGE_PIXELS));
  TIFF *file = TIFFClientOpenExt(
      "image", "rm", &from, read_bytes, write_bytes, seek, close_source, size, NULL, NULL, options);
  TIFFOpenOptionsFree(options);
  if (file == NULL) return refuse(image, "it is broken");

  // Colours are wanted as they are, not multiplied by alpha: libtiff leaves those alone that say they are already.
  uint16_t extra = 0, *kinds, multiplied = EXTRASAMPLE_ASSOCALPHA;
  if (TIFFGetField(file, TIFFTAG_EXTRASAMPLES, &extra, &kinds) && extra == 1)
    TIFFSetField(file, TIFFTAG_EXTRASAMPLES, 1, &multiplied);

  TIFFRGBAImage reader;
  char message[1024] = "";
  int good = 0;
  if (TIFFRGBAImageOK(file, message) && TIFFRGBAImageBegin(&reader, file, 1, message)) {
    reader.req_orientation = ORIENTATION_TOPLEFT;
    // A raster's pixel is a word of red, green, blue and alpha, red in its lowest byte.
    good = allocate(image, reader.width, reader.height, 4) &&
           TIFFRGBAImageGet(&reader, (uint32_t *)image->pixels, reader.width, reader.height);
    TIFFRGBAImageEnd(&reader);
  }
  TIFFClose(file);
  if (!good) return refuse(image, message[0] ? message : "it is broken");
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  for (size_t i = 0; i < image->width * image->height; i++)
    ((uint32_t *)image->pixels)[i] = __builtin_bswap32(((uint32_t *)image->pixels)[i]);
#endif
  return 1;
}
#endif
