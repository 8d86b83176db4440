// SPDX-License-Identifier: Apache-2.0
// SHA-256 with the SHA instructions. One chain waits for itself most of the time, so two
// independent messages take hardly longer than one.
#if defined(__x86_64__)
#include <immintrin.h>

#include "sha256.h"

#define SHA __attribute__((target("sha,sse4.1,ssse3")))

typedef struct {
    __m128i abef, cdgh;
} Chain;

static inline SHA Chain open_chain(const uint32_t s[8]) {
    __m128i dcba = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)s), 0xb1);
    __m128i hgfe = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(s + 4)), 0x1b);
    return (Chain){_mm_alignr_epi8(dcba, hgfe, 8), _mm_blend_epi16(hgfe, dcba, 0xf0)};
}

static inline SHA void close_chain(uint32_t s[8], Chain c) {
    __m128i feba = _mm_shuffle_epi32(c.abef, 0x1b), dchg = _mm_shuffle_epi32(c.cdgh, 0xb1);
    _mm_storeu_si128((__m128i *)s, _mm_blend_epi16(feba, dchg, 0xf0));
    _mm_storeu_si128((__m128i *)(s + 4), _mm_alignr_epi8(dchg, feba, 8));
}

static inline SHA __m128i load_words(const uint8_t *p) {
    const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0bll, 0x0405060700010203ll);
    return _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)p), swap);
}

static inline SHA Chain four_rounds(Chain c, __m128i words, int i) {
    __m128i k = _mm_add_epi32(words, _mm_loadu_si128((const __m128i *)(fields_sha256_k + 4 * i)));
    c.cdgh = _mm_sha256rnds2_epu32(c.cdgh, c.abef, k);
    c.abef = _mm_sha256rnds2_epu32(c.abef, c.cdgh, _mm_shuffle_epi32(k, 0x0e));
    return c;
}

// The next four words of the schedule from the last sixteen.
static inline SHA __m128i schedule(__m128i w0, __m128i w1, __m128i w2, __m128i w3) {
    __m128i t = _mm_add_epi32(_mm_sha256msg1_epu32(w0, w1), _mm_alignr_epi8(w3, w2, 4));
    return _mm_sha256msg2_epu32(t, w3);
}

SHA void fields_sha256_blocks_ni(uint32_t state[8], const uint8_t *p, size_t n) {
    Chain c = open_chain(state);
    for (; n > 0; n--, p += 64) {
        Chain before = c;
        __m128i w[4];
        for (int i = 0; i < 4; i++) w[i] = load_words(p + 16 * i);
#pragma clang loop unroll(full)
        for (int i = 0; i < 16; i++) {
            c = four_rounds(c, w[i & 3], i);
            if (i < 12)
                w[i & 3] = schedule(w[i & 3], w[(i + 1) & 3], w[(i + 2) & 3], w[(i + 3) & 3]);
        }
        c.abef = _mm_add_epi32(c.abef, before.abef);
        c.cdgh = _mm_add_epi32(c.cdgh, before.cdgh);
    }
    close_chain(state, c);
}

SHA void fields_sha256_blocks_ni_two(uint32_t a[8], uint32_t b[8], const uint8_t *pa,
                                     const uint8_t *pb, size_t n) {
    Chain c = open_chain(a), d = open_chain(b);
    for (; n > 0; n--, pa += 64, pb += 64) {
        Chain c0 = c, d0 = d;
        __m128i w[4], v[4];
        for (int i = 0; i < 4; i++) w[i] = load_words(pa + 16 * i), v[i] = load_words(pb + 16 * i);
#pragma clang loop unroll(full)
        for (int i = 0; i < 16; i++) {
            c = four_rounds(c, w[i & 3], i);
            d = four_rounds(d, v[i & 3], i);
            if (i < 12) {
                w[i & 3] = schedule(w[i & 3], w[(i + 1) & 3], w[(i + 2) & 3], w[(i + 3) & 3]);
                v[i & 3] = schedule(v[i & 3], v[(i + 1) & 3], v[(i + 2) & 3], v[(i + 3) & 3]);
            }
        }
        c.abef = _mm_add_epi32(c.abef, c0.abef), c.cdgh = _mm_add_epi32(c.cdgh, c0.cdgh);
        d.abef = _mm_add_epi32(d.abef, d0.abef), d.cdgh = _mm_add_epi32(d.cdgh, d0.cdgh);
    }
    close_chain(a, c), close_chain(b, d);
}
#endif
