// SPDX-License-Identifier: Apache-2.0
// The kernels with AVX2, compiled for any x86-64 and called only where the CPU has it.
#if defined(__x86_64__)
#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "kernels.h"

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#include "vector_avx2.h"
#define FIELDS_TABLE fields_kernels_avx2
#include "template_all.h"
#pragma clang attribute pop
#endif
