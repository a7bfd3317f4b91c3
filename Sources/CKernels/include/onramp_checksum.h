#ifndef ONRAMP_CHECKSUM_H
#define ONRAMP_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// A checksum against damage, not against forgery. Each of 64 lanes multiplies by an odd number after each word, which
// loses nothing: whatever is wrong with a single word changes the sum. About as fast as memory can be read.
uint64_t onramp_checksum(const void *bytes, size_t count);

#ifdef __cplusplus
}
#endif

#endif
