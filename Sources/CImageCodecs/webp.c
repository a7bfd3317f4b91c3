#ifdef ONRAMP_IMAGE_CODECS
#include "internal.h"

#include <webp/decode.h>

int onramp_decode_webp(const uint8_t *bytes, size_t count, onramp_image *image) {
  *image = (onramp_image){0};
  WebPBitstreamFeatures features;
  if (WebPGetFeatures(bytes, count, &features) != VP8_STATUS_OK) return refuse(image, "its header is broken");
  if (features.has_animation) return refuse(image, "it is an animation");
  if (!allocate(image, (uint64_t)features.width, (uint64_t)features.height, 3)) return 0;
  size_t stride = image->width * 3;
  if (WebPDecodeRGBInto(bytes, count, image->pixels, stride * image->height, (int)stride) == NULL)
    return refuse(image, "it is broken or ends too early");
  return 1;
}
#endif
