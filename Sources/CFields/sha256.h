// SPDX-License-Identifier: Apache-2.0
// The compression function of SHA-256 on one chain and on two chains at once.
#ifndef FIELDS_SHA256_H
#define FIELDS_SHA256_H
#include <stddef.h>
#include <stdint.h>

extern const uint32_t fields_sha256_k[64];

/// Absorbs n blocks of 64 bytes into the chaining value.
typedef void (*fields_sha_one)(uint32_t state[8], const uint8_t *blocks, size_t n);
/// The same for two messages of equal length.
typedef void (*fields_sha_two)(uint32_t a[8], uint32_t b[8], const uint8_t *of_a,
                               const uint8_t *of_b, size_t n);

void fields_sha256_blocks_portable(uint32_t state[8], const uint8_t *blocks, size_t n);
#if defined(__x86_64__)
void fields_sha256_blocks_ni(uint32_t state[8], const uint8_t *blocks, size_t n);
void fields_sha256_blocks_ni_two(uint32_t a[8], uint32_t b[8], const uint8_t *of_a,
                                 const uint8_t *of_b, size_t n);
#endif

#endif
