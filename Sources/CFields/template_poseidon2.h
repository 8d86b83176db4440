// SPDX-License-Identifier: Apache-2.0
// Poseidon2 over KoalaBear, width 16: LANES permutations at a time.
// Table: 8 x 16 external constants, then 20 internal ones.

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpass-failed"

static inline void p2_external(V s[16]) {
    V sum[4];
    UNROLL
    for (int g = 0; g < 16; g += 4) {
        V *x = s + g;
        V t01 = v_add(x[0], x[1]), t23 = v_add(x[2], x[3]), all = v_add(t01, t23);
        V a = v_add(all, x[1]), b = v_add(all, x[3]);
        V x3 = v_add(b, v_add(x[0], x[0])), x1 = v_add(a, v_add(x[2], x[2]));
        x[0] = v_add(a, t01), x[1] = x1, x[2] = v_add(b, t23), x[3] = x3;
    }
    UNROLL
    for (int k = 0; k < 4; k++) sum[k] = v_add(v_add(s[k], s[4 + k]), v_add(s[8 + k], s[12 + k]));
    UNROLL
    for (int i = 0; i < 16; i++) s[i] = v_add(s[i], sum[i % 4]);
}

static inline V v_cube(V x) { return v_mul(v_mul(x, x), x); }

// s_i = sum + d_i s_i with d = -2, 1, 2, 1/2, 3, 4, -1/2, -3, -4, 1/2^8, 1/8, 1/2^24, -1/2^8,
// -1/8, -1/16, -1/2^24.
static inline void p2_internal(V s[16]) {
    V rest = v_add(v_add(v_add(s[1], s[2]), v_add(s[3], s[4])),
                   v_add(v_add(s[5], s[6]), v_add(s[7], s[8])));
    rest = v_add(rest, v_add(v_add(v_add(s[9], s[10]), v_add(s[11], s[12])),
                             v_add(v_add(s[13], s[14]), s[15])));
    V sum = v_add(s[0], rest), two;
    s[0] = v_sub(rest, s[0]);
    s[1] = v_add(sum, s[1]);
    s[2] = v_add(sum, v_add(s[2], s[2]));
    s[3] = v_add(sum, v_halve(s[3]));
    two = v_add(s[4], s[4]), s[4] = v_add(sum, v_add(two, s[4]));
    two = v_add(s[5], s[5]), s[5] = v_add(sum, v_add(two, two));
    s[6] = v_sub(sum, v_halve(s[6]));
    two = v_add(s[7], s[7]), s[7] = v_sub(sum, v_add(two, s[7]));
    two = v_add(s[8], s[8]), s[8] = v_sub(sum, v_add(two, two));
    s[9] = v_add(sum, v_shift_down(s[9], 8));
    s[10] = v_add(sum, v_shift_down(s[10], 3));
    s[11] = v_add(sum, v_shift_down(s[11], 24));
    s[12] = v_sub(sum, v_shift_down(s[12], 8));
    s[13] = v_sub(sum, v_shift_down(s[13], 3));
    s[14] = v_sub(sum, v_shift_down(s[14], 4));
    s[15] = v_sub(sum, v_shift_down(s[15], 24));
}

static inline void p2_full(V s[16], const uint32_t *constants) {
    UNROLL
    for (int i = 0; i < 16; i++) s[i] = v_cube(v_add(s[i], v_set1(constants[i])));
    p2_external(s);
}

// Writes one trace column of LANES permutations; `out` is column major, 16 words a column.
static inline void trace_state(uint32_t *out, const V s[16]) {
    for (int i = 0; i < 16; i++) v_store(out + 16 * i, s[i]);
}

static inline __attribute__((always_inline)) void p2_permute(V s[16], const uint32_t *table,
                                                             uint32_t *out) {
    if (out) trace_state(out, s);
    p2_external(s);
    for (int r = 0; r < 4; r++) {
        p2_full(s, table + 16 * r);
        if (out) trace_state(out + 16 * (16 + 16 * r), s);
    }
    for (int r = 0; r < 20; r++) {
        s[0] = v_cube(v_add(s[0], v_set1(table[128 + r])));
        if (out) v_store(out + 16 * (80 + r), s[0]);
        p2_internal(s);
    }
    for (int r = 0; r < 4; r++) {
        p2_full(s, table + 64 + 16 * r);
        if (out) trace_state(out + 16 * (100 + 16 * r), s);
    }
}

#pragma clang diagnostic pop
