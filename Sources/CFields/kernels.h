// SPDX-License-Identifier: Apache-2.0
// The table of kernels that each path fills in, and that dispatch.c chooses from.
#ifndef FIELDS_KERNELS_H
#define FIELDS_KERNELS_H
#include "include/CFields.h"

struct fields_kernels {
    void (*add)(uint32_t *, const uint32_t *, const uint32_t *, size_t);
    void (*sub)(uint32_t *, const uint32_t *, const uint32_t *, size_t);
    void (*mul)(uint32_t *, const uint32_t *, const uint32_t *, size_t);
    void (*mul_scalar)(uint32_t *, const uint32_t *, uint32_t, size_t);
    size_t (*uniform)(uint32_t *, const uint32_t *, size_t);
    void (*mul_add)(uint32_t *, const uint32_t *, const uint32_t *, size_t);
    void (*mul_add_scalar)(uint32_t *, const uint32_t *, uint32_t, size_t);
    void (*linear)(uint32_t *, const uint32_t *, size_t, const uint32_t *, size_t, uint32_t, size_t);
    void (*linear_ext)(uint32_t *, size_t, const uint32_t *, size_t, const uint32_t *, size_t,
                       const uint32_t *, size_t);
    void (*ext_mul)(uint32_t *, size_t, const uint32_t *, size_t, const uint32_t *, size_t, size_t);
    void (*ext_invert)(uint32_t *, size_t, size_t, const uint32_t *);
    void (*ext_fold)(uint32_t *, size_t, const uint32_t *, size_t, size_t, const uint32_t *,
                     const uint32_t *);
    void (*ext_to_rows)(uint32_t *, const uint32_t *, size_t, size_t);
    void (*ntt_forward)(uint32_t *, const uint32_t *, unsigned, const uint32_t *, uint32_t);
    void (*ntt_forward_rows)(uint32_t *, const uint32_t *, unsigned, const uint32_t *, uint32_t,
                             const uint32_t *, size_t);
    void (*ntt_residue)(uint32_t *, const uint32_t *, unsigned, unsigned, uint32_t);
    void (*ntt_inverse)(uint32_t *, unsigned, const uint32_t *);
    void (*bit_reverse)(uint32_t *, unsigned, uint32_t);
    void (*accumulate)(uint32_t *, size_t, const uint32_t *, size_t, const uint32_t *);
    void (*combine_rows)(uint32_t *, const uint32_t *, size_t, const uint32_t *, size_t);
    void (*tile_to_columns)(uint32_t *, size_t, const uint32_t *, size_t);
    void (*columns_to_tile)(uint32_t *, const uint32_t *, size_t, size_t);
    void (*rows_to_bytes)(uint8_t *, size_t, const uint32_t *, size_t, size_t, size_t, size_t);
    void (*permute)(int, const uint32_t *, uint32_t *, size_t);
    void (*compress)(int, const uint32_t *, uint32_t *, const uint32_t *, size_t);
    void (*trace)(int, const uint32_t *, uint32_t *, size_t, size_t, size_t, const uint32_t *,
                  size_t);
};

extern const struct fields_kernels fields_kernels_portable;
#if defined(__x86_64__)
extern const struct fields_kernels fields_kernels_avx2;
extern const struct fields_kernels fields_kernels_avx512;
#endif

#endif
