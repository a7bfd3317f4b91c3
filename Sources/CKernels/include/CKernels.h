#ifndef CKERNELS_H
#define CKERNELS_H

#include "onramp_attention.h"
#include "onramp_channels_last.h"
#include "onramp_checksum.h"
#include "onramp_conv.h"
#include "onramp_gemm.h"
#include "onramp_half.h"
#include "onramp_lstm.h"
#include "onramp_math.h"
#include "onramp_peak.h"
#include "onramp_pool.h"
#include "onramp_quantized.h"
#include "onramp_resize.h"
#include "onramp_steps.h"
#include "onramp_winograd.h"

#endif
