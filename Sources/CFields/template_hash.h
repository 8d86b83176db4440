// SPDX-License-Identifier: Apache-2.0
// Batches of permutations, compressions and traces; sixteen states at a time.

// Permutes up to sixteen states of a room that holds a whole number of vectors.
static void permute_room(int hash, const uint32_t *table, uint32_t *states, size_t count) {
    for (size_t g = 0; g < count; g += LANES) {
        V s[16];
        load_transposed(s, states + 16 * g, 16);
        if (hash == 1)
            p1_permute(s, table, NULL);
        else
            p2_permute(s, table, NULL);
        store_transposed(states + 16 * g, 16, s);
    }
}

static void permute(int hash, const uint32_t *table, uint32_t *states, size_t count) {
    size_t i = 0;
    for (; i + 16 <= count; i += 16) permute_room(hash, table, states + 16 * i, 16);
    if (i == count) return;
    uint32_t room[256] = {0};
    memcpy(room, states + 16 * i, 64 * (count - i));
    permute_room(hash, table, room, count - i);
    memcpy(states + 16 * i, room, 64 * (count - i));
}

static void compress(int hash, const uint32_t *table, uint32_t *dst, const uint32_t *src,
                     size_t count) {
    for (size_t i = 0; i < count; i += 16) {
        size_t n = count - i < 16 ? count - i : 16;
        uint32_t room[256], kept[256];
        memcpy(room, src + 16 * i, 64 * n);
        if (n < 16) memset(room + 16 * n, 0, 64 * (16 - n));
        memcpy(kept, room, sizeof room);
        permute_room(hash, table, room, n);
        add(room, room, kept, 16 * n);
        for (size_t k = 0; k < n; k++) memcpy(dst + 8 * (i + k), room + 16 * k, 32);
    }
}

static void trace(int hash, const uint32_t *table, uint32_t *tiles, size_t tile_words,
                  size_t first_row, size_t first_column, const uint32_t *inputs, size_t count) {
    // The last eight elements of the last state are written too, and left out.
    uint32_t block[(FIELDS_TRACE_COLUMNS + 8) * 16];
    for (size_t i = 0; i < count; i += 16) {
        size_t n = count - i < 16 ? count - i : 16;
        uint32_t room[256] = {0};
        const uint32_t *in = inputs + 16 * i;
        if (n < 16) {
            memcpy(room, in, 64 * n);
            in = room;
        }
        for (size_t g = 0; g < n; g += LANES) {
            V s[16];
            load_transposed(s, in + 16 * g, 16);
            if (hash == 1)
                p1_permute(s, table, block + g);
            else
                p2_permute(s, table, block + g);
        }
        store_columns(tiles, tile_words, first_row + i, first_column, block, FIELDS_TRACE_COLUMNS,
                      n);
    }
}
