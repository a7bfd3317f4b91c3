#ifndef CKERNELS_H
#define CKERNELS_H

#include "onramp_half.h"
#include "onramp_pool.h"

#endif
