// SPDX-License-Identifier: Apache-2.0
// Kernels that cross from rows to columns of a tiled matrix.

// Turns LANES rows of 16 words into 16 vectors: lane r of column c is row r's word c.
static inline void load_transposed(V column[16], const uint32_t *rows, size_t stride) {
#if LANES == 1
    (void)stride;
    for (int c = 0; c < 16; c++) column[c] = rows[c];
#else
    v_load_transposed(column, rows, stride);
#endif
}

// The way back: 16 vectors into LANES rows of 16 words.
static inline void store_transposed(uint32_t *rows, size_t stride, const V column[16]) {
#if LANES == 1
    (void)stride;
    for (int c = 0; c < 16; c++) rows[c] = column[c];
#else
    v_store_transposed(rows, stride, column);
#endif
}

static void accumulate(uint32_t *acc, size_t stride, const uint32_t *tile, size_t rows,
                       const uint32_t *scalars) {
    uint32_t centred[80];
    for (int i = 0; i < 80; i++) centred[i] = kb_centre(scalars[i]);
    size_t i = 0;
    for (; i + LANES <= rows; i += LANES) {
        V column[16];
        load_transposed(column, tile + 16 * i, 16);
        UNROLL
        for (int c = 0; c < 16; c++) column[c] = v_centre(column[c]);
        UNROLL
        for (int half = 0; half < 2; half++) {
            W s[5] = {w_zero(), w_zero(), w_zero(), w_zero(), w_zero()};
            UNROLL
            for (int c = 8 * half; c < 8 * half + 8; c++) {
                V odd = v_odd(column[c]);
                UNROLL
                for (int k = 0; k < 5; k++)
                    s[k] = w_mac(s[k], column[c], odd, v_set1(centred[5 * c + k]));
            }
            UNROLL
            for (int k = 0; k < 5; k++) {
                uint32_t *a = acc + k * stride + i;
                v_store(a, v_add(v_load(a), w_reduce(s[k])));
            }
        }
    }
    for (; i < rows; i++)
        for (int c = 0; c < 16; c++)
            for (int k = 0; k < 5; k++) {
                uint32_t *a = acc + k * stride + i;
                *a = kb_add(*a, kb_mul(tile[16 * i + c], scalars[5 * c + k]));
            }
}

// Adds the products of up to eight rows to five sums.
static inline void combine_eight(V total[5], const uint32_t *row, size_t rows,
                                 const uint32_t *weights, size_t stride) {
    W s[5];
    UNROLL
    for (int c = 0; c < 5; c++) s[c] = w_zero();
    for (size_t r = 0; r < rows; r++) {
        V x = v_centre(v_load(row + 16 * r)), odd = v_odd(x);
        UNROLL
        for (int c = 0; c < 5; c++)
            s[c] = w_mac(s[c], x, odd, v_set1(kb_centre(weights[c * stride + r])));
    }
    UNROLL
    for (int c = 0; c < 5; c++) total[c] = v_add(total[c], w_reduce(s[c]));
}

// out[c * 16 + j] = sum over the rows i of tile[i][j] * weights[c * stride + i].
static void combine_rows(uint32_t *out, const uint32_t *tile, size_t rows, const uint32_t *weights,
                         size_t stride) {
    for (size_t g = 0; g < 16; g += LANES) {
        V total[5] = {v_zero(), v_zero(), v_zero(), v_zero(), v_zero()};
        size_t i = 0;
        for (; i + 8 <= rows; i += 8)
            combine_eight(total, tile + 16 * i + g, 8, weights + i, stride);
        combine_eight(total, tile + 16 * i + g, rows - i, weights + i, stride);
        for (int c = 0; c < 5; c++) v_store(out + 16 * c + g, total[c]);
    }
}

// Sixteen columns as arrays: dst[c * stride + i] = tile[i][c].
static void tile_to_columns(uint32_t *dst, size_t stride, const uint32_t *tile, size_t rows) {
    size_t i = 0;
    for (; i + LANES <= rows; i += LANES) {
        V column[16];
        load_transposed(column, tile + 16 * i, 16);
        for (int c = 0; c < 16; c++) v_store(dst + c * stride + i, column[c]);
    }
    for (; i < rows; i++)
        for (int c = 0; c < 16; c++) dst[c * stride + i] = tile[16 * i + c];
}

static void columns_to_tile(uint32_t *tile, const uint32_t *src, size_t stride, size_t rows) {
    size_t i = 0;
    for (; i + LANES <= rows; i += LANES) {
        V column[16];
        for (int c = 0; c < 16; c++) column[c] = v_load(src + c * stride + i);
        store_transposed(tile + 16 * i, 16, column);
    }
    for (; i < rows; i++)
        for (int c = 0; c < 16; c++) tile[16 * i + c] = src[c * stride + i];
}

static void rows_to_bytes(uint8_t *dst, size_t dst_stride, const uint32_t *tiles, size_t tile_words,
                          size_t first_row, size_t count, size_t columns) {
    V one = v_set1(1), mu = v_set1(FIELDS_MU);
    uint32_t words[16];
    for (size_t r = 0; r < count; r++)
        for (size_t c = 0; c < columns; c += 16) {
            const uint32_t *src = tiles + (c / 16) * tile_words + 16 * (first_row + r);
            for (int g = 0; g < 16; g += LANES)
                v_store(words + g, v_mulc(v_load(src + g), one, mu));
            memcpy(dst + r * dst_stride + 4 * c, words, 4 * (columns - c < 16 ? columns - c : 16));
        }
}

// Stores a block of `columns` vectors of 16 permutations, column major, as rows of the matrix.
static void store_columns(uint32_t *tiles, size_t tile_words, size_t row, size_t column,
                          const uint32_t *block, size_t columns, size_t rows) {
    for (size_t c = 0; c < columns;) {
        size_t lane = (column + c) % 16, width = 16 - lane < columns - c ? 16 - lane : columns - c;
        uint32_t *out = tiles + (column + c) / 16 * tile_words + 16 * row + lane;
        if (rows == 16 && width == 16) {
            for (size_t g = 0; g < 16; g += LANES) {
                V v[16];
                for (int k = 0; k < 16; k++) v[k] = v_load(block + 16 * (c + k) + g);
                store_transposed(out + 16 * g, 16, v);
            }
        } else {
            for (size_t r = 0; r < rows; r++)
                for (size_t k = 0; k < width; k++) out[16 * r + k] = block[16 * (c + k) + r];
        }
        c += width;
    }
}
