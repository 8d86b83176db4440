// SPDX-License-Identifier: Apache-2.0
// One KoalaBear element in one word: the same kernels on any machine.
#ifndef FIELDS_VECTOR_H
#define FIELDS_VECTOR_H
#include "koalabear.h"

typedef uint32_t V;
#define LANES 1

static inline V v_load(const uint32_t *p) { return *p; }
static inline void v_store(uint32_t *p, V x) { *p = x; }
static inline V v_set1(uint32_t x) { return x; }
static inline V v_zero(void) { return 0; }
static inline V v_add(V a, V b) { return kb_add(a, b); }
static inline V v_sub(V a, V b) { return kb_sub(a, b); }
static inline V v_odd(V x) { return x; }
static inline V v_mul(V a, V b) { return kb_mul(a, b); }
static inline V v_mulc(V a, V w, V wmu) {
    (void)wmu;
    return kb_mul(a, w);
}
static inline V v_fix(V d) { return kb_min(d, d + FIELDS_P); }
// See vector_avx512.h.
static inline V v_turn(V x, V w, V ratio) {
    return x * w - (uint32_t)(((uint64_t)x * ratio) >> 32) * FIELDS_P;
}
static inline V v_reduce(V x) { return kb_min(x, x - FIELDS_P); }
static inline V v_halve(V a) { return (a >> 1) + ((a & 1) ? FIELDS_HALF : 0); }
// a / 2^k = (a >> k) - (a mod 2^k) * 127 * 2^(24 - k), because 127 * 2^24 = -1.
static inline V v_carry(V a, unsigned k) { return ((a & ((1u << k) - 1)) * 127u) << (24 - k); }
static inline V v_shift_down(V a, unsigned k) { return v_fix((a >> k) - v_carry(a, k)); }

// The representative in -(p-1)/2 ... (p-1)/2, as a signed number.
static inline V v_centre(V a) { return kb_centre(a); }
static inline V v_sub_raw(V a, V b) { return a - b; }
static inline V v_add_raw(V a, V b) { return a + b; }

static inline V v_or(V a, V b) { return a | b; }
// One where the argument is zero, zero elsewhere.
static inline V v_zero_flag(V x) { return x == 0 ? FIELDS_ONE : 0; }
static inline void v_load_pairs(V *even, V *odd, const uint32_t *p) { *even = p[0], *odd = p[1]; }

// A signed 64-bit sum of products, kept unsigned so that intermediate wraps are defined.
typedef struct {
    uint64_t e;
} W;
static inline uint64_t w_product(V a, V b) {
    return (uint64_t)((int64_t)(int32_t)a * (int64_t)(int32_t)b);
}
static inline W w_zero(void) { return (W){0}; }
static inline W w_set1(int64_t x) { return (W){(uint64_t)x}; }
static inline W w_mac(W s, V xe, V xo, V c) {
    (void)xo;
    return (W){s.e + w_product(xe, c)};
}
static inline W w_macv(W s, V a, V b) { return (W){s.e + w_product(a, b)}; }
static inline W w_add(W a, W b) { return (W){a.e + b.e}; }
static inline W w_sub(W a, W b) { return (W){a.e - b.e}; }
static inline V w_quotients(W s) {
    return (V)(((uint64_t)((uint32_t)s.e * FIELDS_MU) * FIELDS_P) >> 32);
}
// Montgomery reduction of a sum of at most eight products of centred values.
static inline V w_reduce(W s) { return v_fix(v_fix((V)(s.e >> 32)) - w_quotients(s)); }
// Montgomery reduction of a sum that is known to be in 0 ..< 2^32 p.
static inline V w_reduce_positive(W s) { return v_fix((V)(s.e >> 32) - w_quotients(s)); }

#endif
