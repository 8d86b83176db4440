// SPDX-License-Identifier: Apache-2.0
// SHA-256 of the rows of tiled matrices, without their bytes ever standing in memory as a whole.
#include <string.h>

#include "koalabear.h"
#include "sha256.h"

enum { ROOM = 16 * 64 };

// A message that grows at its end; whole blocks are absorbed when the room is full.
typedef struct {
    uint32_t state[8];
    uint8_t bytes[ROOM + 128];
} Message;

static void absorb(Message *a, Message *b, int path, size_t blocks) {
    fields_sha_two two = fields_sha256_two(path);
    if (two != NULL) {
        two(a->state, b->state, a->bytes, b->bytes, blocks);
        return;
    }
    fields_sha_one one = fields_sha256_one(path);
    one(a->state, a->bytes, blocks), one(b->state, b->bytes, blocks);
}

static void finish(uint8_t *out, const Message *m) {
    for (int i = 0; i < 8; i++) {
        uint32_t word = m->state[i];
        for (int k = 0; k < 4; k++) out[4 * i + k] = (uint8_t)(word >> (24 - 8 * k));
    }
}

// Two rows, which may be the same.
static void two_rows(int path, const struct fields_matrix *matrices, size_t count, size_t row,
                     size_t other, uint8_t tag, uint8_t *out, uint8_t *other_out) {
    Message a, b;
    memcpy(a.state, fields_sha256_initial, 32), memcpy(b.state, fields_sha256_initial, 32);
    a.bytes[0] = b.bytes[0] = tag;
    size_t filled = 1;
    uint64_t total = 1;
    for (size_t m = 0; m < count; m++)
        for (size_t c = 0; c < matrices[m].columns; c++) {
            const uint32_t *tile =
                matrices[m].tiles + c / 16 * matrices[m].tile_words + c % 16;
            uint32_t x = kb_mul(tile[16 * row], 1), y = kb_mul(tile[16 * other], 1);
            memcpy(a.bytes + filled, &x, 4), memcpy(b.bytes + filled, &y, 4);
            filled += 4, total += 4;
            if (filled < ROOM) continue;
            absorb(&a, &b, path, ROOM / 64);
            filled -= ROOM;
            memcpy(a.bytes, a.bytes + ROOM, filled), memcpy(b.bytes, b.bytes + ROOM, filled);
        }
    size_t blocks = (filled + 8) / 64 + 1;
    for (Message *m = &a;; m = &b) {
        memset(m->bytes + filled, 0, 64 * blocks - filled);
        m->bytes[filled] = 0x80;
        for (int i = 0; i < 8; i++)
            m->bytes[64 * blocks - 8 + i] = (uint8_t)(total * 8 >> (56 - 8 * i));
        if (m == &b) break;
    }
    absorb(&a, &b, path, blocks);
    finish(out, &a), finish(other_out, &b);
}

void fields_sha256_tiles(int path, const struct fields_matrix *matrices, size_t count,
                         size_t first_row, size_t rows, uint8_t tag, uint8_t *out) {
    size_t i = 0;
#if defined(__x86_64__)
    for (; path == FIELDS_AVX512 && fields_best_path() == path && i + 16 <= rows; i += 16)
        fields_sha256_tiles_sixteen(matrices, count, first_row + i, tag, out + 32 * i);
#endif
    for (; i < rows; i += 2) {
        size_t other = i + 1 < rows ? i + 1 : i;
        two_rows(path, matrices, count, first_row + i, first_row + other, tag, out + 32 * i,
                 out + 32 * other);
    }
}
