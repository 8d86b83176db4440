// SPDX-License-Identifier: Apache-2.0
// The field of p = 2^31 - 2^24 + 1 elements, Montgomery form with R = 2^32, one at a time.
#ifndef FIELDS_KOALABEAR_H
#define FIELDS_KOALABEAR_H
#include <stddef.h>
#include <stdint.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "words are written to bytes as they are: the machine must be little-endian"
#endif

#define FIELDS_P 0x7f000001u
#define FIELDS_MU 0x81000001u    // p^-1 mod 2^32
#define FIELDS_HALF 0x3f800001u  // (p + 1) / 2
#define FIELDS_ONE 0x01fffffeu   // 2^32 mod p: one in Montgomery form
#define FIELDS_SQUARE 0x17f7efe4u  // 2^64 mod p: what makes a number a Montgomery word

// Loops over the elements of a state, which should live in registers.
#define UNROLL _Pragma("clang loop unroll(full)")

static inline uint32_t kb_min(uint32_t a, uint32_t b) { return a < b ? a : b; }
static inline uint32_t kb_add(uint32_t a, uint32_t b) {
    uint32_t s = a + b;
    return kb_min(s, s - FIELDS_P);
}
static inline uint32_t kb_sub(uint32_t a, uint32_t b) {
    uint32_t s = a - b;
    return kb_min(s, s + FIELDS_P);
}
static inline uint32_t kb_mul(uint32_t a, uint32_t b) {
    uint64_t t = (uint64_t)a * b;
    uint32_t q = (uint32_t)t * FIELDS_MU;
    uint32_t d = (uint32_t)(t >> 32) - (uint32_t)(((uint64_t)q * FIELDS_P) >> 32);
    return kb_min(d, d + FIELDS_P);
}
// The representative in -(p-1)/2 ... (p-1)/2, as the bits of a signed number.
static inline uint32_t kb_centre(uint32_t a) { return a > FIELDS_P / 2 ? a - FIELDS_P : a; }

#endif
