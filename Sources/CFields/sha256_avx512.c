// SPDX-License-Identifier: Apache-2.0
// SHA-256 of sixteen messages at once, a message in each lane: no step waits for another one's, which even the
// SHA instructions do.
#if defined(__x86_64__)
#include <immintrin.h>

#include "sha256.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl"))), \
                             apply_to = function)
#include "vector_avx512.h"

#define ROTATED(x, a, b, c)                                                       \
    _mm512_ternarylogic_epi32(_mm512_ror_epi32((x), (a)), _mm512_ror_epi32((x), (b)), c, 0x96)

static inline V swapped(V x) {
    return _mm512_shuffle_epi8(
        x, _mm512_broadcast_i32x4(_mm_set_epi64x(0x0c0d0e0f08090a0bll, 0x0405060700010203ll)));
}

// One block. The names of the state's words turn instead of the words.
static inline void rounds(V s[8], const V words[16]) {
    V w[16];  // A copy that nothing else points to stays in vector registers.
    for (int i = 0; i < 16; i++) w[i] = words[i];
    V a = s[0], b = s[1], c = s[2], d = s[3], e = s[4], f = s[5], g = s[6], h = s[7];
#define ROUND(a, b, c, d, e, f, g, h, i)                                                        \
    do {                                                                                        \
        V t = _mm512_add_epi32(_mm512_add_epi32(h, w[i]), v_set1(fields_sha256_k[k + (i)]));    \
        V u = v_opaque(_mm512_add_epi32(t, d)), chosen = _mm512_ternarylogic_epi32(e, f, g, 0xca); \
        V turned = ROTATED(e, 6, 11, _mm512_ror_epi32(e, 25));                                  \
        t = v_opaque(_mm512_add_epi32(t, chosen)), u = _mm512_add_epi32(u, chosen);             \
        d = _mm512_add_epi32(u, turned);                                                        \
        t = _mm512_add_epi32(t, turned);                                                        \
        V other = _mm512_add_epi32(ROTATED(a, 2, 13, _mm512_ror_epi32(a, 22)),                  \
                                   _mm512_ternarylogic_epi32(a, b, c, 0xe8));                   \
        h = _mm512_add_epi32(t, other);                                                         \
        if (k < 48) {                                                                           \
            V x = w[((i) + 1) & 15], y = w[((i) + 14) & 15];                                    \
            V z = _mm512_add_epi32(w[i], w[((i) + 9) & 15]);                                    \
            z = _mm512_add_epi32(z, ROTATED(x, 7, 18, _mm512_srli_epi32(x, 3)));                \
            w[i] = _mm512_add_epi32(z, ROTATED(y, 17, 19, _mm512_srli_epi32(y, 10)));           \
        }                                                                                       \
    } while (0)
    UNROLL
    for (int k = 0; k < 64; k += 16) {
        ROUND(a, b, c, d, e, f, g, h, 0);
        ROUND(h, a, b, c, d, e, f, g, 1);
        ROUND(g, h, a, b, c, d, e, f, 2);
        ROUND(f, g, h, a, b, c, d, e, 3);
        ROUND(e, f, g, h, a, b, c, d, 4);
        ROUND(d, e, f, g, h, a, b, c, 5);
        ROUND(c, d, e, f, g, h, a, b, 6);
        ROUND(b, c, d, e, f, g, h, a, 7);
        ROUND(a, b, c, d, e, f, g, h, 8);
        ROUND(h, a, b, c, d, e, f, g, 9);
        ROUND(g, h, a, b, c, d, e, f, 10);
        ROUND(f, g, h, a, b, c, d, e, 11);
        ROUND(e, f, g, h, a, b, c, d, 12);
        ROUND(d, e, f, g, h, a, b, c, 13);
        ROUND(c, d, e, f, g, h, a, b, 14);
        ROUND(b, c, d, e, f, g, h, a, 15);
    }
#undef ROUND
    V all[8] = {a, b, c, d, e, f, g, h};
    for (int i = 0; i < 8; i++) s[i] = _mm512_add_epi32(s[i], all[i]);
}

static inline void begin(V s[8]) {
    for (int i = 0; i < 8; i++) s[i] = v_set1(fields_sha256_initial[i]);
}

// Sixteen digests behind each other.
static inline void finish(uint8_t *out, const V s[8]) {
    V x[16];
    for (int i = 0; i < 16; i++) x[i] = i < 8 ? swapped(s[i]) : v_zero();
    v_transpose(x);
    for (int i = 0; i < 16; i++)
        _mm256_storeu_si256((__m256i *)(out + 32 * i), _mm512_castsi512_si256(x[i]));
}

void fields_sha256_blocks_sixteen(uint32_t *state, const uint8_t *blocks, size_t stride, size_t n) {
    V s[8], w[16];
    for (int i = 0; i < 8; i++) s[i] = v_load(state + 16 * i);
    for (size_t b = 0; b < n; b++) {
        for (int i = 0; i < 16; i++) w[i] = _mm512_loadu_si512(blocks + 64 * b + i * stride);
        v_transpose(w);
        for (int i = 0; i < 16; i++) w[i] = swapped(w[i]);
        rounds(s, w);
    }
    for (int i = 0; i < 8; i++) v_store(state + 16 * i, s[i]);
}

void fields_sha256_pairs_sixteen(const uint8_t *pairs, uint8_t tag, uint8_t *out) {
    V s[8], w[16];
    begin(s);
    for (int i = 0; i < 16; i++) w[i] = _mm512_loadu_si512(pairs + 64 * i);
    v_transpose(w);
    // The tag moves everything on by a byte, the last one into a block of its own.
    V before = v_set1(tag);
    for (int i = 0; i < 16; i++) {
        V word = swapped(w[i]);
        w[i] = v_or(_mm512_slli_epi32(before, 24), _mm512_srli_epi32(word, 8));
        before = word;
    }
    rounds(s, w);
    for (int i = 1; i < 15; i++) w[i] = v_zero();
    w[0] = v_or(_mm512_slli_epi32(before, 24), v_set1(0x00800000));
    w[15] = v_set1(65 * 8);
    rounds(s, w);
    finish(out, s);
}

void fields_sha256_counters_sixteen(const uint32_t state[8], const uint8_t block[64], size_t place,
                                    uint64_t first, uint8_t *out) {
    V s[8], w[16];
    uint32_t lanes[3][16];
    for (int i = 0; i < 8; i++) s[i] = v_set1(state[i]);
    for (int i = 0; i < 16; i++) {
        uint32_t word;
        __builtin_memcpy(&word, block + 4 * i, 4);
        w[i] = v_set1(__builtin_bswap32(word));
    }
    // The two or three words that the counter's bytes are in, lane by lane.
    size_t word = place / 4, shift = 8 * (place % 4);
    for (int lane = 0; lane < 16; lane++) {
        unsigned __int128 field = (unsigned __int128)__builtin_bswap64(first + (uint64_t)lane)
                                  << (32 - shift);
        for (int i = 0; i < 3; i++) lanes[i][lane] = (uint32_t)(field >> (64 - 32 * i));
    }
    for (size_t i = 0; i < 3 && word + i < 16; i++) w[word + i] = v_or(w[word + i], v_load(lanes[i]));
    rounds(s, w);
    finish(out, s);
}

// Sixteen messages that grow by a word each at a time.
typedef struct {
    V state[8], words[32], before;
    size_t filled;
} Stream;

// The number that a Montgomery word stands for: x - q p, which is 0 modulo 2^32, over 2^32.
static inline V canonical(V x) {
    V q = _mm512_mullo_epi32(x, v_mu());
    __m512 e = _mm512_castsi512_ps(_mm512_mul_epu32(q, v_p()));
    __m512 o = _mm512_castsi512_ps(_mm512_mul_epu32(v_odd(q), v_p()));
    return v_fix(_mm512_sub_epi32(
        v_zero(), _mm512_castps_si512(_mm512_mask_movehdup_ps(o, 0x5555, e))));
}

// The last byte of the word before and the first three of a word, which is little-endian, as a word of the message.
static inline V joined(V before, V word) {
    V three = _mm512_shuffle_epi8(
        word, _mm512_broadcast_i32x4(
                  _mm_set_epi64x((long long)0x800c0d0e8008090all, (long long)0x8004050680000102ll)));
    // before where the mask is set, else three.
    return _mm512_ternarylogic_epi32(v_set1(0xff000000), before, three, 0xca);
}

// Adds up to sixteen words to each message.
static inline void push(Stream *stream, const V *words, size_t count) {
    V *room = stream->words + stream->filled, before = stream->before;
    for (size_t i = 0; i < count; i++) room[i] = joined(before, words[i]), before = words[i];
    stream->before = before;
    stream->filled += count;
    if (stream->filled < 16) return;
    rounds(stream->state, stream->words);
    stream->filled -= 16;
    for (size_t i = 0; i < stream->filled; i++) stream->words[i] = stream->words[16 + i];
}

void fields_sha256_tiles_sixteen(const struct fields_matrix *matrices, size_t count,
                                 size_t first_row, uint8_t tag, uint8_t *out) {
    Stream stream;
    begin(stream.state);
    stream.before = v_set1((uint32_t)tag << 24), stream.filled = 0;
    uint64_t words = 0;
    for (size_t m = 0; m < count; m++) {
        words += matrices[m].columns;
        for (size_t c = 0; c < matrices[m].columns; c += 16) {
            const uint32_t *rows = matrices[m].tiles + c / 16 * matrices[m].tile_words + 16 * first_row;
            V column[16];
            UNROLL
            for (int i = 0; i < 16; i++) column[i] = canonical(v_load(rows + 16 * i));
            v_transpose(column);
            push(&stream, column, matrices[m].columns - c < 16 ? matrices[m].columns - c : 16);
        }
    }
    // The end: the last byte and the first bit of the padding, zeros, and the length.
    V *w = stream.words;
    w[stream.filled] = _mm512_ternarylogic_epi32(v_set1(0xff000000), stream.before,
                                                 v_set1(0x00800000), 0xca);
    size_t end = stream.filled + 1 <= 14 ? 16 : 32;
    for (size_t i = stream.filled + 1; i < end - 2; i++) w[i] = v_zero();
    uint64_t bits = 8 * (4 * words + 1);
    w[end - 2] = v_set1((uint32_t)(bits >> 32)), w[end - 1] = v_set1((uint32_t)bits);
    rounds(stream.state, w);
    if (end == 32) rounds(stream.state, w + 16);
    finish(out, stream.state);
}
#pragma clang attribute pop
#endif
