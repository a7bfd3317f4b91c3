#ifdef ONRAMP_IMAGE_CODECS
#include <setjmp.h>

#include "internal.h"

#include <jpeglib.h>

typedef struct {
  struct jpeg_error_mgr manager;  // first, so that a pointer to it is one to the whole
  jmp_buf exit;
  onramp_image *image;
} errors;

static void fail(j_common_ptr info) {
  errors *self = (errors *)info->err;
  char text[JMSG_LENGTH_MAX];
  info->err->format_message(info, text);
  refuse(self->image, text);
  longjmp(self->exit, 1);
}

// A warning is data that is broken or missing: what libjpeg would put in its place is nobody's picture.
static void on_message(j_common_ptr info, int level) {
  if (level < 0) fail(info);
}

// Each scan of a progressive file costs a pass over all coefficients: a small file may ask for very many.
static void on_progress(j_common_ptr info) {
  if (((j_decompress_ptr)info)->input_scan_number <= 500) return;
  refuse(((errors *)info->err)->image, "it has too many scans");
  longjmp(((errors *)info->err)->exit, 1);
}

int onramp_decode_jpeg(const uint8_t *bytes, size_t count, onramp_image *image) {
  *image = (onramp_image){0};
  struct jpeg_decompress_struct info;
  struct jpeg_progress_mgr progress = {.progress_monitor = on_progress};
  errors handler = {.image = image};
  info.err = jpeg_std_error(&handler.manager);
  handler.manager.error_exit = fail;
  handler.manager.emit_message = on_message;
  jpeg_create_decompress(&info);
  if (setjmp(handler.exit)) {
    jpeg_destroy_decompress(&info);
    return 0;
  }
  info.progress = &progress;
  jpeg_mem_src(&info, (unsigned char *)bytes, (unsigned long)count);
  jpeg_read_header(&info, TRUE);
  info.out_color_space = info.jpeg_color_space == JCS_GRAYSCALE ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_calc_output_dimensions(&info);
  if (allocate(image, info.output_width, info.output_height, info.out_color_space == JCS_RGB ? 3 : 1)) {
    jpeg_start_decompress(&info);
    while (info.output_scanline < info.output_height) {
      JSAMPROW row = image->pixels + image->width * image->channels * info.output_scanline;
      jpeg_read_scanlines(&info, &row, 1);
    }
    jpeg_finish_decompress(&info);
  }
  jpeg_destroy_decompress(&info);
  return image->pixels != NULL;
}
#endif
