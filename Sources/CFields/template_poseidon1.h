// SPDX-License-Identifier: Apache-2.0
// Poseidon over KoalaBear, width 16: LANES permutations at a time.
//
// The state is held as x * 2^47. Two Montgomery products make x^3 * 2^(3*47 - 64) = x^3 * 2^77, the
// matrix (four times the real one) x * 2^79, and the one reduction after it 2^47 again, so that a
// round needs no change of scale.
//
// Partial rounds are not done one by one: only element 0 passes the S-box, so its inputs x_r are
// linear in the other 15 elements v before the first partial round and in the S-box outputs y_j:
//   x_r = A_r v + sum over j < r of H[r-1-j] y_j + constant, and so is the state after the last.
//
// Table, in words: 128 full-round constants (x 2^47; those of the fifth full round carry what the
// partial rounds leave), 20 partial constants (x 2^47), 35 rows of 15 (x 2^32, centred): A_1 ...
// A_19 and the 16 outputs, H[0] ... H[18] (x 4, centred), 16 rows of 20 for y (x 4, centred), three
// changes of scale (in, out, S-box output), the coefficients of the three products of the matrix:
// with t_k = r_k + r_(k+8), 4 of t_k + t_(k+4), 4 of t_k - t_(k+4), 8 of 2 (r_k - r_(k+8)).

enum {
    P1_PARTIAL = 128,
    P1_LINEAR = 148,
    P1_STEP = 673,
    P1_OUT = 692,
    P1_SCALE = 1012,
    P1_MATRIX = 1015
};

// a_i = sum of m_k x_(i+k) around a circle of n, where a step past the end changes the sign if
// asked for.
static inline __attribute__((always_inline)) void p1_circle(W *a, const V *x, const uint32_t *m,
                                                            int n, int sign) {
    UNROLL
    for (int j = 0; j < n; j++) {
        V odd = v_odd(x[j]);
        UNROLL
        for (int i = 0; i < n; i++) {
            uint32_t c = m[j >= i ? j - i : n + j - i];
            a[i] = w_mac(a[i], x[j], odd, v_set1(j < i && sign ? 0u - c : c));
        }
    }
}

// Four times y_i = sum of r_k x_(i+k) around the circle of 16. Sums and differences of elements
// eight apart make it two products of half the size, and the one of sums is split again.
static inline void p1_matrix(V s[16], const uint32_t *m) {
    V sum[8], sums[4], differences[4], v[8];
    W a[4], b[4], c[8];
    UNROLL
    for (int i = 0; i < 8; i++) sum[i] = v_add(s[i], s[i + 8]), v[i] = v_sub_raw(s[i], s[i + 8]);
    UNROLL
    for (int i = 0; i < 4; i++) {
        sums[i] = v_sub_raw(v_add_raw(sum[i], sum[i + 4]), v_set1(FIELDS_P));
        differences[i] = v_sub_raw(sum[i], sum[i + 4]);
        // All coefficients together are below 2048: this multiple of p keeps the totals positive.
        a[i] = w_set1((int64_t)FIELDS_P << 12);
        b[i] = c[i] = c[i + 4] = w_zero();
    }
    p1_circle(a, sums, m, 4, 0);
    p1_circle(b, differences, m + 4, 4, 1);
    p1_circle(c, v, m + 8, 8, 1);
    UNROLL
    for (int i = 0; i < 4; i++) {
        W low = w_add(a[i], b[i]), high = w_sub(a[i], b[i]);
        s[i] = w_reduce_positive(w_add(low, c[i]));
        s[i + 4] = w_reduce_positive(w_add(high, c[i + 4]));
        s[i + 8] = w_reduce_positive(w_sub(low, c[i]));
        s[i + 12] = w_reduce_positive(w_sub(high, c[i + 4]));
    }
}

static inline void p1_full(V s[16], const uint32_t *constants, const uint32_t *matrix) {
    UNROLL
    for (int i = 0; i < 16; i++) {
        V x = v_add(s[i], v_set1(constants[i]));
        s[i] = v_mul(v_mul(x, x), x);
    }
    p1_matrix(s, matrix);
}

static inline void p1_trace_state(uint32_t *out, const V s[16], uint32_t scale) {
    V w = v_set1(scale), wmu = v_set1(scale * FIELDS_MU);
    for (int i = 0; i < 16; i++) v_store(out + 16 * i, v_mulc(s[i], w, wmu));
}

static inline __attribute__((always_inline)) void p1_partial(V s[16], const uint32_t *table,
                                                             uint32_t *out) {
    V v[15], linear[35], y[20], y_odd[20];
    UNROLL
    for (int i = 0; i < 15; i++) v[i] = v_centre(s[i + 1]);
    for (int row = 0; row < 35; row += 5) {
        const uint32_t *c = table + P1_LINEAR + 15 * row;
        W low[5], high[5];
        UNROLL
        for (int k = 0; k < 5; k++) low[k] = high[k] = w_zero();
        UNROLL
        for (int i = 0; i < 8; i++) {
            V odd = v_odd(v[i]);
            UNROLL
            for (int k = 0; k < 5; k++) low[k] = w_mac(low[k], v[i], odd, v_set1(c[15 * k + i]));
        }
        UNROLL
        for (int i = 8; i < 15; i++) {
            V odd = v_odd(v[i]);
            UNROLL
            for (int k = 0; k < 5; k++) high[k] = w_mac(high[k], v[i], odd, v_set1(c[15 * k + i]));
        }
        UNROLL
        for (int k = 0; k < 5; k++) linear[row + k] = v_add(w_reduce(low[k]), w_reduce(high[k]));
    }
    UNROLL
    for (int r = 0; r < 20; r++) {
        V x = v_add(r == 0 ? s[0] : linear[r - 1], v_set1(table[P1_PARTIAL + r]));
        UNROLL
        for (int from = 0; from < r; from += 8) {
            W sum = w_zero();
            UNROLL
            for (int j = from; j < r && j < from + 8; j++)
                sum = w_mac(sum, y[j], y_odd[j], v_set1(table[P1_STEP + r - 1 - j]));
            x = v_add(x, w_reduce(sum));
        }
        x = v_mul(v_mul(x, x), x);
        if (out) v_store(out + 16 * (80 + r), v_mul(x, v_set1(table[P1_SCALE + 2])));
        y[r] = v_centre(x), y_odd[r] = v_odd(y[r]);
    }
    for (int row = 0; row < 16; row += 4) {
        const uint32_t *c = table + P1_OUT + 20 * row;
        UNROLL
        for (int from = 0; from < 20; from += 8) {
            W sum[4];
            UNROLL
            for (int k = 0; k < 4; k++) sum[k] = w_zero();
            UNROLL
            for (int j = from; j < 20 && j < from + 8; j++) {
                UNROLL
                for (int k = 0; k < 4; k++)
                    sum[k] = w_mac(sum[k], y[j], y_odd[j], v_set1(c[20 * k + j]));
            }
            UNROLL
            for (int k = 0; k < 4; k++)
                linear[19 + row + k] = v_add(linear[19 + row + k], w_reduce(sum[k]));
        }
    }
    UNROLL
    for (int i = 0; i < 16; i++) s[i] = linear[19 + i];
}

static inline __attribute__((always_inline)) void p1_permute(V s[16], const uint32_t *table,
                                                             uint32_t *out) {
    uint32_t scale_in = table[P1_SCALE], scale_out = table[P1_SCALE + 1];
    if (out)
        for (int i = 0; i < 16; i++) v_store(out + 16 * i, s[i]);
    for (int i = 0; i < 16; i++) s[i] = v_mul(s[i], v_set1(scale_in));
    for (int r = 0; r < 4; r++) {
        p1_full(s, table + 16 * r, table + P1_MATRIX);
        if (out) p1_trace_state(out + 16 * (16 + 16 * r), s, scale_out);
    }
    p1_partial(s, table, out);
    for (int r = 0; r < 4; r++) {
        p1_full(s, table + 64 + 16 * r, table + P1_MATRIX);
        if (out) p1_trace_state(out + 16 * (100 + 16 * r), s, scale_out);
    }
    for (int i = 0; i < 16; i++) s[i] = v_mul(s[i], v_set1(scale_out));
}
