// SPDX-License-Identifier: Apache-2.0
// Eight KoalaBear elements in one AVX2 register.
#ifndef FIELDS_VECTOR_H
#define FIELDS_VECTOR_H
#include <immintrin.h>

#include "koalabear.h"

typedef __m256i V;
#define LANES 8

static inline V v_load(const uint32_t *p) { return _mm256_loadu_si256((const __m256i *)p); }
static inline void v_store(uint32_t *p, V x) { _mm256_storeu_si256((__m256i *)p, x); }
static inline V v_set1(uint32_t x) { return _mm256_set1_epi32((int)x); }
static inline V v_zero(void) { return _mm256_setzero_si256(); }

// Where LLVM sees that only half of a product is used, or that a factor is a constant, it rewrites
// the multiplication as vpmullq, which is three times slower. The empty assembly hides both.
static inline V v_opaque(V x) {
    __asm__("" : "+x"(x));
    return x;
}
static inline V v_p(void) { return v_opaque(v_set1(FIELDS_P)); }
static inline V v_mu(void) { return v_opaque(v_set1(FIELDS_MU)); }

// The modular fix-ups use that an unsigned minimum keeps the value that did not wrap.
static inline V v_add(V a, V b) {
    V s = _mm256_add_epi32(a, b);
    return _mm256_min_epu32(s, _mm256_sub_epi32(s, v_p()));
}
static inline V v_sub(V a, V b) {
    V s = _mm256_sub_epi32(a, b);
    return _mm256_min_epu32(s, _mm256_add_epi32(s, v_p()));
}
static inline V v_odd(V x) { return _mm256_srli_epi64(x, 32); }

static inline V v_high(V even, V odd) {
    return _mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xaa);
}
static inline V v_fix(V d) { return _mm256_min_epu32(d, _mm256_add_epi32(d, v_p())); }
static inline V v_mul(V a, V b) {
    V e = _mm256_mul_epu32(a, b);
    V o = _mm256_mul_epu32(v_odd(a), v_odd(b));
    V mu = v_mu(), p = v_p();
    V qe = _mm256_mul_epu32(v_opaque(_mm256_mul_epu32(e, mu)), p);
    V qo = _mm256_mul_epu32(v_opaque(_mm256_mul_epu32(o, mu)), p);
    return v_fix(v_high(_mm256_sub_epi64(e, qe), _mm256_sub_epi64(o, qo)));
}
// Multiplies by a broadcast constant whose product with mu is known.
static inline V v_mulc(V a, V w, V wmu) {
    V ao = v_odd(a);
    V e = _mm256_mul_epu32(a, w), o = _mm256_mul_epu32(ao, w);
    V p = v_p();
    V qe = _mm256_mul_epu32(v_opaque(_mm256_mul_epu32(a, wmu)), p);
    V qo = _mm256_mul_epu32(v_opaque(_mm256_mul_epu32(ao, wmu)), p);
    return v_fix(v_high(_mm256_sub_epi64(e, qe), _mm256_sub_epi64(o, qo)));
}
// See vector_avx512.h.
static inline V v_turn(V x, V w, V ratio) {
    V e = _mm256_mul_epu32(x, ratio), o = _mm256_mul_epu32(v_odd(x), ratio);
    V q = _mm256_blend_epi32(_mm256_srli_epi64(e, 32), o, 0xaa);
    return _mm256_sub_epi32(_mm256_mullo_epi32(x, w),
                            _mm256_mullo_epi32(q, _mm256_set1_epi32(FIELDS_P)));
}
static inline V v_reduce(V x) {
    return _mm256_min_epu32(x, _mm256_sub_epi32(x, _mm256_set1_epi32(FIELDS_P)));
}
static inline V v_halve(V a) {
    V odd = _mm256_sub_epi32(v_zero(), _mm256_and_si256(a, v_set1(1)));
    return _mm256_add_epi32(_mm256_srli_epi32(a, 1), _mm256_and_si256(odd, v_set1(FIELDS_HALF)));
}
// a / 2^k = (a >> k) - (a mod 2^k) * 127 * 2^(24 - k), because 127 * 2^24 = -1.
#define v_shift_down(a, k) v_fix(_mm256_sub_epi32(_mm256_srli_epi32((a), (k)), v_carry((a), (k))))
#define v_carry(a, k)                                                                             \
    _mm256_sub_epi32(_mm256_slli_epi32(_mm256_and_si256((a), v_set1((1u << (k)) - 1)), 31 - (k)), \
                     _mm256_slli_epi32(_mm256_and_si256((a), v_set1((1u << (k)) - 1)), 24 - (k)))

// The representative in -(p-1)/2 ... (p-1)/2.
static inline V v_centre(V a) {
    V big = _mm256_cmpgt_epi32(a, v_set1(FIELDS_P / 2));
    return _mm256_sub_epi32(a, _mm256_and_si256(big, v_p()));
}
static inline V v_sub_raw(V a, V b) { return _mm256_sub_epi32(a, b); }
static inline V v_add_raw(V a, V b) { return _mm256_add_epi32(a, b); }

static inline V v_or(V a, V b) { return _mm256_or_si256(a, b); }
// One where the argument is zero, zero elsewhere.
static inline V v_zero_flag(V x) {
    return _mm256_and_si256(_mm256_cmpeq_epi32(x, v_zero()), v_set1(FIELDS_ONE));
}
// 16 words apart into those at even and those at odd places.
static inline void v_load_pairs(V *even, V *odd, const uint32_t *p) {
    __m256 a = _mm256_castsi256_ps(v_load(p)), b = _mm256_castsi256_ps(v_load(p + 8));
    *even = _mm256_permute4x64_epi64(_mm256_castps_si256(_mm256_shuffle_ps(a, b, 0x88)), 0xd8);
    *odd = _mm256_permute4x64_epi64(_mm256_castps_si256(_mm256_shuffle_ps(a, b, 0xdd)), 0xd8);
}

// Signed 64-bit sums of products, even and odd lanes apart.
typedef struct {
    V e, o;
} W;
static inline W w_zero(void) { return (W){v_zero(), v_zero()}; }
static inline W w_set1(int64_t x) { return (W){_mm256_set1_epi64x(x), _mm256_set1_epi64x(x)}; }
static inline W w_mac(W s, V xe, V xo, V c) {
    s.e = _mm256_add_epi64(s.e, _mm256_mul_epi32(xe, c));
    s.o = _mm256_add_epi64(s.o, _mm256_mul_epi32(xo, c));
    return s;
}
static inline W w_macv(W s, V a, V b) {
    s.e = _mm256_add_epi64(s.e, _mm256_mul_epi32(a, b));
    s.o = _mm256_add_epi64(s.o, _mm256_mul_epi32(v_odd(a), v_odd(b)));
    return s;
}
static inline W w_add(W a, W b) {
    return (W){_mm256_add_epi64(a.e, b.e), _mm256_add_epi64(a.o, b.o)};
}
static inline W w_sub(W a, W b) {
    return (W){_mm256_sub_epi64(a.e, b.e), _mm256_sub_epi64(a.o, b.o)};
}
static inline V w_quotients(W s) {
    V mu = v_mu(), p = v_p();
    V qe = _mm256_mul_epu32(v_opaque(_mm256_mul_epu32(s.e, mu)), p);
    V qo = _mm256_mul_epu32(v_opaque(_mm256_mul_epu32(s.o, mu)), p);
    return v_high(qe, qo);
}
// Montgomery reduction of a sum of at most eight products of centred values.
static inline V w_reduce(W s) {
    return v_fix(_mm256_sub_epi32(v_fix(v_high(s.e, s.o)), w_quotients(s)));
}
// Montgomery reduction of a sum that is known to be in 0 ..< 2^32 p.
static inline V w_reduce_positive(W s) {
    return v_fix(_mm256_sub_epi32(v_high(s.e, s.o), w_quotients(s)));
}

// Eight rows of eight words to eight columns. The same steps lead back.
static inline void v_transpose(V x[8]) {
    V t[8];
    for (int i = 0; i < 8; i += 4) {
        V a = _mm256_unpacklo_epi32(x[i], x[i + 1]), b = _mm256_unpackhi_epi32(x[i], x[i + 1]);
        V c = _mm256_unpacklo_epi32(x[i + 2], x[i + 3]),
          d = _mm256_unpackhi_epi32(x[i + 2], x[i + 3]);
        t[i] = _mm256_unpacklo_epi64(a, c), t[i + 1] = _mm256_unpackhi_epi64(a, c);
        t[i + 2] = _mm256_unpacklo_epi64(b, d), t[i + 3] = _mm256_unpackhi_epi64(b, d);
    }
    for (int i = 0; i < 4; i++) {
        x[i] = _mm256_permute2x128_si256(t[i], t[i + 4], 0x20);
        x[i + 4] = _mm256_permute2x128_si256(t[i], t[i + 4], 0x31);
    }
}
static inline void v_load_transposed(V column[16], const uint32_t *rows, size_t stride) {
    for (int h = 0; h < 16; h += 8) {
        for (int i = 0; i < 8; i++) column[h + i] = v_load(rows + i * stride + h);
        v_transpose(column + h);
    }
}
static inline void v_store_transposed(uint32_t *rows, size_t stride, const V column[16]) {
    for (int h = 0; h < 16; h += 8) {
        V x[8];
        for (int i = 0; i < 8; i++) x[i] = column[h + i];
        v_transpose(x);
        for (int i = 0; i < 8; i++) v_store(rows + i * stride + h, x[i]);
    }
}

#endif
