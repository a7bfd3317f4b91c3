#ifdef ONRAMP_IMAGE_CODECS
#include "internal.h"

#include <openjpeg.h>

typedef struct {
  const uint8_t *bytes;
  size_t count;
  size_t at;
} source;

static OPJ_SIZE_T read_bytes(void *to, OPJ_SIZE_T count, void *data) {
  source *from = data;
  size_t left = from->count - from->at;
  if (left == 0) return (OPJ_SIZE_T)-1;
  size_t n = count < left ? count : left;
  memcpy(to, from->bytes + from->at, n);
  from->at += n;
  return n;
}

static OPJ_BOOL seek(OPJ_OFF_T offset, void *data) {
  source *from = data;
  if (offset < 0 || (uint64_t)offset > from->count) return OPJ_FALSE;
  from->at = (size_t)offset;
  return OPJ_TRUE;
}

static OPJ_OFF_T skip(OPJ_OFF_T distance, void *data) {
  source *from = data;
  if (distance < 0) return -1;
  size_t left = from->count - from->at;
  from->at += (uint64_t)distance < left ? (size_t)distance : left;
  return distance;
}

static void on_error(const char *message, void *data) {
  onramp_image *image = data;
  if (image->message[0] == 0) snprintf(image->message, sizeof image->message, "%s", message);
}

// What libopenjp2's picture has to be: up to four components of one size, gray or RGB.
static const char *unfit(const opj_image_t *picture) {
  if (picture->numcomps < 1 || picture->numcomps > 4) return "it has more than four components";
  if (picture->color_space != OPJ_CLRSPC_SRGB && picture->color_space != OPJ_CLRSPC_GRAY &&
      picture->color_space != OPJ_CLRSPC_UNSPECIFIED && picture->color_space != OPJ_CLRSPC_UNKNOWN)
    return "its colours are neither gray nor RGB";
  for (OPJ_UINT32 i = 0; i < picture->numcomps; i++) {
    const opj_image_comp_t *part = &picture->comps[i];
    if (part->dx != picture->comps[0].dx || part->dy != picture->comps[0].dy) return "its components differ in size";
    if (part->prec < 1 || part->prec > 31) return "its components have more than 31 bits";
  }
  return NULL;
}

int onramp_decode_jpeg2000(const uint8_t *bytes, size_t count, onramp_image *image) {
  *image = (onramp_image){0};
  source from = {bytes, count, 0};
  opj_codec_t *codec = opj_create_decompress(count > 0 && bytes[0] == 0xff ? OPJ_CODEC_J2K : OPJ_CODEC_JP2);
  opj_stream_t *stream = opj_stream_create(1 << 16, OPJ_TRUE);
  opj_image_t *picture = NULL;
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  const char *reason = "it is broken or ends too early";
  int good = 0;
  if (codec == NULL || stream == NULL) {
    reason = "there is not enough memory";
    goto end;
  }
  opj_set_error_handler(codec, on_error, image);
  opj_stream_set_read_function(stream, read_bytes);
  opj_stream_set_seek_function(stream, seek);
  opj_stream_set_skip_function(stream, skip);
  opj_stream_set_user_data(stream, &from, NULL);
  opj_stream_set_user_data_length(stream, count);
  if (!opj_setup_decoder(codec, &parameters) || !opj_read_header(stream, codec, &picture)) goto end;
  const char *unfitness = unfit(picture);
  if (unfitness) {
    reason = unfitness;
    goto end;
  }
  // The grid may be finer than the components: a component's extent is the number of its own samples.
  uint64_t dx = picture->comps[0].dx, dy = picture->comps[0].dy;
  if (dx == 0 || dy == 0 || picture->x1 <= picture->x0 || picture->y1 <= picture->y0) goto end;
  uint64_t width = (picture->x1 + dx - 1) / dx - (picture->x0 + dx - 1) / dx;
  uint64_t height = (picture->y1 + dy - 1) / dy - (picture->y0 + dy - 1) / dy;
  if (!is_sized(image, width, height)) goto end;
  if (!opj_decode(codec, stream, picture) || !opj_end_decompress(codec, stream)) goto end;
  // A palette makes more components than the header says. A second or fourth component is alpha.
  if (unfit(picture)) goto end;
  int channels = picture->numcomps < 3 ? 1 : 3;
  if (!allocate(image, width, height, channels)) goto end;
  for (int c = 0; c < channels; c++) {
    const opj_image_comp_t *part = &picture->comps[c];
    if (part->data == NULL || part->w != width || part->h != height) goto end;
    int64_t shift = part->sgnd ? (int64_t)1 << (part->prec - 1) : 0, most = ((int64_t)1 << part->prec) - 1;
    for (size_t i = 0; i < (size_t)(width * height); i++) {
      int64_t sample = part->data[i] + shift;
      sample = sample < 0 ? 0 : sample > most ? most : sample;
      image->pixels[i * channels + c] = (uint8_t)(part->prec < 8 ? sample * 255 / most : sample >> (part->prec - 8));
    }
  }
  good = 1;
end:
  opj_image_destroy(picture);
  opj_stream_destroy(stream);
  opj_destroy_codec(codec);
  return good ? 1 : refuse(image, reason);
}
#endif
