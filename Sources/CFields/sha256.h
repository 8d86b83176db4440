// SPDX-License-Identifier: Apache-2.0
// The compression function of SHA-256 on one chain, on two, and on sixteen at once.
#ifndef FIELDS_SHA256_H
#define FIELDS_SHA256_H
#include <stddef.h>
#include <stdint.h>

#include "include/CFields.h"

extern const uint32_t fields_sha256_k[64];
extern const uint32_t fields_sha256_initial[8];

/// Absorbs n blocks of 64 bytes into the chaining value.
typedef void (*fields_sha_one)(uint32_t state[8], const uint8_t *blocks, size_t n);
/// The same for two messages of equal length.
typedef void (*fields_sha_two)(uint32_t a[8], uint32_t b[8], const uint8_t *of_a,
                               const uint8_t *of_b, size_t n);

/// What a path absorbs with; no function for two chains where it has none that is faster.
fields_sha_one fields_sha256_one(int path);
fields_sha_two fields_sha256_two(int path);

void fields_sha256_blocks_portable(uint32_t state[8], const uint8_t *blocks, size_t n);
#if defined(__x86_64__)
void fields_sha256_blocks_ni(uint32_t state[8], const uint8_t *blocks, size_t n);
void fields_sha256_blocks_ni_two(uint32_t a[8], uint32_t b[8], const uint8_t *of_a,
                                 const uint8_t *of_b, size_t n);
// Sixteen messages at once, with AVX-512.
/// Word i of lane j's state at state[16 * i + j]; block b of lane j at blocks + j * stride + 64 * b.
void fields_sha256_blocks_sixteen(uint32_t *state, const uint8_t *blocks, size_t stride, size_t n);
/// The digests of sixteen rows, as fields_sha256_tiles has them.
void fields_sha256_tiles_sixteen(const struct fields_matrix *matrices, size_t count,
                                 size_t first_row, uint8_t tag, uint8_t *out);
/// The digests of a last block with the 64-bit counters first ... first + 15 at a place in it, after a state.
void fields_sha256_counters_sixteen(const uint32_t state[8], const uint8_t block[64], size_t place,
                                    uint64_t first, uint8_t *out);
/// The digests of sixteen pairs, as fields_sha256_pairs has them.
void fields_sha256_pairs_sixteen(const uint8_t *pairs, uint8_t tag, uint8_t *out);
#endif

#endif
