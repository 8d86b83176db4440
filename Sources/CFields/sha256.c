// SPDX-License-Identifier: Apache-2.0
// SHA-256 (FIPS 180-4) of many rows of one length.
#include "sha256.h"

#include <string.h>

const uint32_t fields_sha256_k[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static inline uint32_t big(const uint8_t *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}
static inline uint32_t rotate(uint32_t x, int n) { return x >> n | x << (32 - n); }

// One round; the caller turns the names of the eight words instead of moving the words.
static inline void one_round(uint32_t a, uint32_t b, uint32_t c, uint32_t *d, uint32_t e,
                             uint32_t f, uint32_t g, uint32_t *h, uint32_t kw) {
    uint32_t t = *h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + (g ^ (e & (f ^ g))) + kw;
    *d += t;
    *h = t + (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) | (c & (a | b)));
}

void fields_sha256_blocks_portable(uint32_t state[8], const uint8_t *blocks, size_t n) {
    for (; n > 0; n--, blocks += 64) {
        uint32_t w[64];
        for (int i = 0; i < 16; i++) w[i] = big(blocks + 4 * i);
        for (int i = 16; i < 64; i++) {
            uint32_t x = w[i - 15], y = w[i - 2];
            w[i] = w[i - 16] + w[i - 7] + (rotate(x, 7) ^ rotate(x, 18) ^ x >> 3) +
                   (rotate(y, 17) ^ rotate(y, 19) ^ y >> 10);
        }
        for (int i = 0; i < 64; i++) w[i] += fields_sha256_k[i];
        uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
        uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
        for (int i = 0; i < 64; i += 8) {
            one_round(a, b, c, &d, e, f, g, &h, w[i]);
            one_round(h, a, b, &c, d, e, f, &g, w[i + 1]);
            one_round(g, h, a, &b, c, d, e, &f, w[i + 2]);
            one_round(f, g, h, &a, b, c, d, &e, w[i + 3]);
            one_round(e, f, g, &h, a, b, c, &d, w[i + 4]);
            one_round(d, e, f, &g, h, a, b, &c, w[i + 5]);
            one_round(c, d, e, &f, g, h, a, &b, w[i + 6]);
            one_round(b, c, d, &e, f, g, h, &a, w[i + 7]);
        }
        state[0] += a, state[1] += b, state[2] += c, state[3] += d;
        state[4] += e, state[5] += f, state[6] += g, state[7] += h;
    }
}

const uint32_t fields_sha256_initial[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

static void store(uint8_t *out, const uint32_t state[8]) {
    for (int i = 0; i < 8; i++) {
        out[4 * i] = (uint8_t)(state[i] >> 24);
        out[4 * i + 1] = (uint8_t)(state[i] >> 16);
        out[4 * i + 2] = (uint8_t)(state[i] >> 8);
        out[4 * i + 3] = (uint8_t)state[i];
    }
}

fields_sha_one fields_sha256_one(int path) {
#if defined(__x86_64__)
    if (path != FIELDS_PORTABLE && fields_has_sha()) return fields_sha256_blocks_ni;
#endif
    (void)path;
    return fields_sha256_blocks_portable;
}

fields_sha_two fields_sha256_two(int path) {
#if defined(__x86_64__)
    if (path != FIELDS_PORTABLE && fields_has_sha()) return fields_sha256_blocks_ni_two;
#endif
    (void)path;
    return NULL;
}

int fields_has_sha(void) {
#if defined(__x86_64__)
    return __builtin_cpu_supports("sha") && __builtin_cpu_supports("sse4.1");
#else
    return 0;
#endif
}

// The bytes from..<to of prefix || row || padding, as they stand in the padded message.
struct message {
    const uint8_t *prefix;
    size_t prefix_bytes, row_bytes, blocks;
};

static void fill_block(uint8_t block[64], const struct message *m, const uint8_t *row,
                       size_t index) {
    size_t total = m->prefix_bytes + m->row_bytes, from = 64 * index;
    memset(block, 0, 64);
    for (size_t i = 0; i < 64 && from + i < m->prefix_bytes; i++) block[i] = m->prefix[from + i];
    size_t start = from > m->prefix_bytes ? from : m->prefix_bytes;
    size_t end = from + 64 < total ? from + 64 : total;
    if (start < end) memcpy(block + (start - from), row + (start - m->prefix_bytes), end - start);
    if (total >= from && total < from + 64) block[total - from] = 0x80;
    if (index + 1 == m->blocks)
        for (int i = 0; i < 8; i++) block[56 + i] = (uint8_t)((uint64_t)total * 8 >> (56 - 8 * i));
}

void fields_sha256_rows(int path, const uint8_t *rows, size_t count, size_t bytes_per_row,
                        size_t stride, const uint8_t *prefix, size_t prefix_bytes, uint8_t *out) {
    struct message m = {prefix, prefix_bytes, bytes_per_row, 0};
    size_t total = prefix_bytes + bytes_per_row;
    m.blocks = (total + 8) / 64 + 1;
    // Blocks that lie wholly inside the row are hashed where they are.
    size_t inside_from = (prefix_bytes + 63) / 64, inside_to = total / 64;
    if (inside_to < inside_from) inside_to = inside_from;
    fields_sha_one one = fields_sha256_one(path);
    fields_sha_two two = fields_sha256_two(path);
    // Blocks of the prefix alone are the same for all rows.
    size_t first = prefix_bytes / 64;
    uint32_t start[8];
    memcpy(start, fields_sha256_initial, 32);
    if (first > 0) one(start, prefix, first);
    size_t i = 0;
#if defined(__x86_64__)
    for (; path == FIELDS_AVX512 && fields_best_path() == path && i + 16 <= count; i += 16) {
        uint32_t state[8 * 16];
        uint8_t blocks[16 * 64];
        const uint8_t *some = rows + i * stride;
        for (int w = 0; w < 8; w++)
            for (int j = 0; j < 16; j++) state[16 * w + j] = start[w];
        for (size_t k = first; k < m.blocks; k++) {
            if (k == inside_from && k < inside_to) {
                fields_sha256_blocks_sixteen(state, some + (64 * k - prefix_bytes), stride,
                                             inside_to - k);
                k = inside_to - 1;
                continue;
            }
            for (size_t j = 0; j < 16; j++) fill_block(blocks + 64 * j, &m, some + j * stride, k);
            fields_sha256_blocks_sixteen(state, blocks, 64, 1);
        }
        for (int j = 0; j < 16; j++) {
            uint32_t one_state[8];
            for (int w = 0; w < 8; w++) one_state[w] = state[16 * w + j];
            store(out + 32 * (i + j), one_state);
        }
    }
#endif
    for (; two != NULL && i + 2 <= count; i += 2) {
        const uint8_t *ra = rows + i * stride, *rb = ra + stride;
        uint32_t a[8], b[8];
        uint8_t block_a[64], block_b[64];
        memcpy(a, start, 32), memcpy(b, start, 32);
        for (size_t k = first; k < m.blocks; k++) {
            if (k == inside_from && k < inside_to) {
                size_t offset = 64 * k - prefix_bytes;
                two(a, b, ra + offset, rb + offset, inside_to - k);
                k = inside_to - 1;
                continue;
            }
            fill_block(block_a, &m, ra, k), fill_block(block_b, &m, rb, k);
            two(a, b, block_a, block_b, 1);
        }
        store(out + 32 * i, a), store(out + 32 * i + 32, b);
    }
    for (; i < count; i++) {
        const uint8_t *row = rows + i * stride;
        uint32_t a[8];
        uint8_t block[64];
        memcpy(a, start, 32);
        for (size_t k = first; k < m.blocks; k++) {
            if (k == inside_from && k < inside_to) {
                one(a, row + (64 * k - prefix_bytes), inside_to - k);
                k = inside_to - 1;
                continue;
            }
            fill_block(block, &m, row, k);
            one(a, block, 1);
        }
        store(out + 32 * i, a);
    }
}

void fields_sha256_counters(int path, const uint8_t *prefix, size_t prefix_bytes, uint64_t first,
                            size_t count, uint8_t *out) {
    size_t i = 0;
#if defined(__x86_64__)
    size_t place = prefix_bytes % 64;
    if (path == FIELDS_AVX512 && fields_best_path() == path && place + 8 + 9 <= 64) {
        // All but the last block is the same for all.
        struct message m = {prefix, prefix_bytes, 8, prefix_bytes / 64 + 1};
        uint32_t state[8];
        uint8_t block[64], zeros[8] = {0};
        memcpy(state, fields_sha256_initial, 32);
        fields_sha256_one(path)(state, prefix, prefix_bytes / 64);
        fill_block(block, &m, zeros, m.blocks - 1);
        for (; i + 16 <= count; i += 16)
            fields_sha256_counters_sixteen(state, block, place, first + i, out + 32 * i);
    }
#endif
    uint8_t counters[64 * 8];
    while (i < count) {
        size_t some = count - i < 64 ? count - i : 64;
        for (size_t k = 0; k < some; k++)
            for (int b = 0; b < 8; b++) counters[8 * k + b] = (uint8_t)((first + i + k) >> (8 * b));
        fields_sha256_rows(path, counters, some, 8, 8, prefix, prefix_bytes, out + 32 * i);
        i += some;
    }
}

void fields_sha256_pairs(int path, const uint8_t *pairs, size_t count, uint8_t tag, uint8_t *out) {
    size_t i = 0;
#if defined(__x86_64__)
    for (; path == FIELDS_AVX512 && fields_best_path() == path && i + 16 <= count; i += 16)
        fields_sha256_pairs_sixteen(pairs + 64 * i, tag, out + 32 * i);
#endif
    fields_sha256_rows(path, pairs + 64 * i, count - i, 64, 64, &tag, 1, out + 32 * i);
}
