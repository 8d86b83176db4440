// SPDX-License-Identifier: Apache-2.0
// The kernels with AVX-512, compiled for any x86-64 and called only where the CPU has it.
#if defined(__x86_64__)
#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "kernels.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl"))), \
                             apply_to = function)
#include "vector_avx512.h"
#define FIELDS_TABLE fields_kernels_avx512
#include "template_all.h"
#pragma clang attribute pop
#endif
