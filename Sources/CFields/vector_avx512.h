// SPDX-License-Identifier: Apache-2.0
// Sixteen KoalaBear elements in one AVX-512 register.
#ifndef FIELDS_VECTOR_H
#define FIELDS_VECTOR_H
#include <immintrin.h>

#include "koalabear.h"

typedef __m512i V;
#define LANES 16

static inline V v_load(const uint32_t *p) { return _mm512_loadu_si512(p); }
static inline void v_store(uint32_t *p, V x) { _mm512_storeu_si512(p, x); }
static inline V v_set1(uint32_t x) { return _mm512_set1_epi32((int)x); }
static inline V v_zero(void) { return _mm512_setzero_si512(); }

// Where LLVM sees that only half of a product is used, or that a factor is a constant, it rewrites
// the multiplication as vpmullq, which is three times slower. The empty assembly hides both.
static inline V v_opaque(V x) {
    __asm__("" : "+v"(x));
    return x;
}
static inline V v_p(void) { return v_opaque(v_set1(FIELDS_P)); }
static inline V v_mu(void) { return v_opaque(v_set1(FIELDS_MU)); }

// The modular fix-ups use that an unsigned minimum keeps the value that did not wrap.
static inline V v_add(V a, V b) {
    V s = _mm512_add_epi32(a, b);
    return _mm512_min_epu32(s, _mm512_sub_epi32(s, v_p()));
}
static inline V v_sub(V a, V b) {
    V s = _mm512_sub_epi32(a, b);
    return _mm512_min_epu32(s, _mm512_add_epi32(s, v_p()));
}
// A shuffle rather than a shift, which would compete with the multiplications for a port.
static inline V v_odd(V x) {
    return _mm512_castps_si512(_mm512_movehdup_ps(_mm512_castsi512_ps(x)));
}

static inline V v_high(V even, V odd) {
    return _mm512_mask_blend_epi32(0xaaaa, _mm512_srli_epi64(even, 32), odd);
}
static inline V v_fix(V d) { return _mm512_min_epu32(d, _mm512_add_epi32(d, v_p())); }
static inline V v_mul(V a, V b) {
    V e = _mm512_mul_epu32(a, b);
    V o = _mm512_mul_epu32(v_odd(a), v_odd(b));
    V mu = v_mu(), p = v_p();
    V qe = _mm512_mul_epu32(v_opaque(_mm512_mul_epu32(e, mu)), p);
    V qo = _mm512_mul_epu32(v_opaque(_mm512_mul_epu32(o, mu)), p);
    return v_fix(v_high(_mm512_sub_epi64(e, qe), _mm512_sub_epi64(o, qo)));
}
// Multiplies by a broadcast constant whose product with mu is known.
static inline V v_mulc(V a, V w, V wmu) {
    V ao = v_odd(a);
    V e = _mm512_mul_epu32(a, w), o = _mm512_mul_epu32(ao, w);
    V p = v_p();
    V qe = _mm512_mul_epu32(v_opaque(_mm512_mul_epu32(a, wmu)), p);
    V qo = _mm512_mul_epu32(v_opaque(_mm512_mul_epu32(ao, wmu)), p);
    return v_fix(v_high(_mm512_sub_epi64(e, qe), _mm512_sub_epi64(o, qo)));
}
// The high words of products of even and of odd lanes.
static inline V v_upper(V even, V odd) {
    return _mm512_castps_si512(_mm512_mask_movehdup_ps(
        _mm512_castsi512_ps(v_opaque(odd)), 0x5555, _mm512_castsi512_ps(v_opaque(even))));
}
// x times a constant w that is no Montgomery word, which leaves x one; `ratio` is w 2^32 / p, rounded down
// (Shoup). Any x will do; the result is in 0 ..< 2 p. Of the two products only the low halves matter.
static inline V v_turn(V x, V w, V ratio) {
    V q = v_upper(_mm512_mul_epu32(x, ratio), _mm512_mul_epu32(v_odd(x), ratio));
    return _mm512_sub_epi32(_mm512_mullo_epi32(x, w), _mm512_mullo_epi32(q, v_p()));
}
// What is in 0 ..< 2 p, brought below p.
static inline V v_reduce(V x) { return _mm512_min_epu32(x, _mm512_sub_epi32(x, v_p())); }
static inline V v_halve(V a) {
    V odd = _mm512_and_si512(a, v_set1(1));
    V half = _mm512_srli_epi32(a, 1);
    return _mm512_mask_add_epi32(half, _mm512_test_epi32_mask(odd, odd), half, v_set1(FIELDS_HALF));
}
// a / 2^k = (a >> k) - (a mod 2^k) * 127 * 2^(24 - k), because 127 * 2^24 = -1.
#define v_shift_down(a, k) v_fix(_mm512_sub_epi32(_mm512_srli_epi32((a), (k)), v_carry((a), (k))))
#define v_carry(a, k)                                                                             \
    _mm512_sub_epi32(_mm512_slli_epi32(_mm512_and_si512((a), v_set1((1u << (k)) - 1)), 31 - (k)), \
                     _mm512_slli_epi32(_mm512_and_si512((a), v_set1((1u << (k)) - 1)), 24 - (k)))

// The representative in -(p-1)/2 ... (p-1)/2.
static inline V v_centre(V a) {
    return _mm512_mask_sub_epi32(a, _mm512_cmpgt_epi32_mask(a, v_set1(FIELDS_P / 2)), a, v_p());
}
static inline V v_sub_raw(V a, V b) { return _mm512_sub_epi32(a, b); }
static inline V v_add_raw(V a, V b) { return _mm512_add_epi32(a, b); }

static inline V v_or(V a, V b) { return _mm512_or_si512(a, b); }
// One where the argument is zero, zero elsewhere.
static inline V v_zero_flag(V x) {
    return _mm512_maskz_mov_epi32(_mm512_testn_epi32_mask(x, x), v_set1(FIELDS_ONE));
}
// 32 words apart into those at even and those at odd places.
static inline void v_load_pairs(V *even, V *odd, const uint32_t *p) {
    V step = _mm512_set_epi32(30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
    V a = v_load(p), b = v_load(p + 16);
    *even = _mm512_permutex2var_epi32(a, step, b);
    *odd = _mm512_permutex2var_epi32(a, _mm512_add_epi32(step, v_set1(1)), b);
}

// Signed 64-bit sums of products, even and odd lanes apart.
typedef struct {
    V e, o;
} W;
static inline W w_zero(void) { return (W){_mm512_setzero_si512(), _mm512_setzero_si512()}; }
static inline W w_set1(int64_t x) { return (W){_mm512_set1_epi64(x), _mm512_set1_epi64(x)}; }
static inline W w_mac(W s, V xe, V xo, V c) {
    s.e = _mm512_add_epi64(s.e, _mm512_mul_epi32(xe, c));
    s.o = _mm512_add_epi64(s.o, _mm512_mul_epi32(xo, c));
    return s;
}
static inline W w_macv(W s, V a, V b) {
    s.e = _mm512_add_epi64(s.e, _mm512_mul_epi32(a, b));
    s.o = _mm512_add_epi64(s.o, _mm512_mul_epi32(v_odd(a), v_odd(b)));
    return s;
}
static inline W w_add(W a, W b) {
    return (W){_mm512_add_epi64(a.e, b.e), _mm512_add_epi64(a.o, b.o)};
}
static inline W w_sub(W a, W b) {
    return (W){_mm512_sub_epi64(a.e, b.e), _mm512_sub_epi64(a.o, b.o)};
}
static inline V w_quotients(W s) {
    V mu = v_mu(), p = v_p();
    V qe = _mm512_mul_epu32(v_opaque(_mm512_mul_epu32(s.e, mu)), p);
    V qo = _mm512_mul_epu32(v_opaque(_mm512_mul_epu32(s.o, mu)), p);
    return v_high(qe, qo);
}
// Montgomery reduction of a sum of at most eight products of centred values.
static inline V w_reduce(W s) {
    return v_fix(_mm512_sub_epi32(v_fix(v_high(s.e, s.o)), w_quotients(s)));
}
// Montgomery reduction of a sum that is known to be in 0 ..< 2^32 p.
static inline V w_reduce_positive(W s) {
    return v_fix(_mm512_sub_epi32(v_high(s.e, s.o), w_quotients(s)));
}

// Sixteen rows of sixteen words to sixteen columns. The same steps lead back.
static inline void v_transpose(V x[16]) {
    V t[16];
    for (int i = 0; i < 16; i += 4) {
        V a = _mm512_unpacklo_epi32(x[i], x[i + 1]), b = _mm512_unpackhi_epi32(x[i], x[i + 1]);
        V c = _mm512_unpacklo_epi32(x[i + 2], x[i + 3]),
          d = _mm512_unpackhi_epi32(x[i + 2], x[i + 3]);
        t[i] = _mm512_unpacklo_epi64(a, c), t[i + 1] = _mm512_unpackhi_epi64(a, c);
        t[i + 2] = _mm512_unpacklo_epi64(b, d), t[i + 3] = _mm512_unpackhi_epi64(b, d);
    }
    for (int i = 0; i < 4; i++) {
        V a = _mm512_shuffle_i32x4(t[i], t[i + 4], 0x88),
          b = _mm512_shuffle_i32x4(t[i], t[i + 4], 0xdd);
        V c = _mm512_shuffle_i32x4(t[i + 8], t[i + 12], 0x88);
        V d = _mm512_shuffle_i32x4(t[i + 8], t[i + 12], 0xdd);
        x[i] = _mm512_shuffle_i32x4(a, c, 0x88), x[i + 8] = _mm512_shuffle_i32x4(a, c, 0xdd);
        x[i + 4] = _mm512_shuffle_i32x4(b, d, 0x88), x[i + 12] = _mm512_shuffle_i32x4(b, d, 0xdd);
    }
}
static inline void v_load_transposed(V column[16], const uint32_t *rows, size_t stride) {
    for (int i = 0; i < 16; i++) column[i] = v_load(rows + i * stride);
    v_transpose(column);
}
static inline void v_store_transposed(uint32_t *rows, size_t stride, const V column[16]) {
    V x[16];
    for (int i = 0; i < 16; i++) x[i] = column[i];
    v_transpose(x);
    for (int i = 0; i < 16; i++) v_store(rows + i * stride, x[i]);
}

#endif
