// SPDX-License-Identifier: Apache-2.0
// The extension of degree five, X^5 = 1 - X^2: five arrays of coefficients, `stride` words apart.

static inline void x_load(V c[5], const uint32_t *p, size_t stride) {
    for (int k = 0; k < 5; k++) c[k] = v_load(p + k * stride);
}
static inline void x_store(uint32_t *p, size_t stride, const V c[5]) {
    for (int k = 0; k < 5; k++) v_store(p + k * stride, c[k]);
}

// d[k] = sum of a[i] b[k - i], at most five products of centred values; then X^5 = 1 - X^2,
// X^6 = X - X^3, X^7 = X^2 - X^4 and X^8 = X^3 + X^2 - 1 fold d[5] ... d[8] back.
static inline void x_mul(V c[5], const V a[5], const V b[5]) {
    V x[5], y[5], d[9];
    UNROLL
    for (int k = 0; k < 5; k++) x[k] = v_centre(a[k]), y[k] = v_centre(b[k]);
    UNROLL
    for (int k = 0; k < 9; k++) {
        W s = w_zero();
        UNROLL
        for (int j = k < 5 ? 0 : k - 4; j <= k && j < 5; j++) s = w_macv(s, x[j], y[k - j]);
        d[k] = w_reduce(s);
    }
    c[0] = v_sub(v_add(d[0], d[5]), d[8]);
    c[1] = v_add(d[1], d[6]);
    c[2] = v_add(v_sub(d[2], d[5]), v_add(d[7], d[8]));
    c[3] = v_add(v_sub(d[3], d[6]), d[8]);
    c[4] = v_sub(d[4], d[7]);
}

// Runs a body on whole vectors of rows; what is left over goes through room for one vector.
#define X_ROOM(name) uint32_t name[5 * LANES] = {0}
static inline void x_take(uint32_t *room, const uint32_t *p, size_t stride, size_t n) {
    for (int k = 0; k < 5; k++) memcpy(room + k * LANES, p + k * stride, 4 * n);
}
static inline void x_give(uint32_t *p, size_t stride, const uint32_t *room, size_t n) {
    for (int k = 0; k < 5; k++) memcpy(p + k * stride, room + k * LANES, 4 * n);
}

static void ext_mul(uint32_t *dst, size_t dst_stride, const uint32_t *a, size_t a_stride,
                    const uint32_t *b, size_t b_stride, size_t n) {
    V x[5], y[5];
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        x_load(x, a + i, a_stride), x_load(y, b + i, b_stride);
        x_mul(x, x, y);
        x_store(dst + i, dst_stride, x);
    }
    if (i == n) return;
    X_ROOM(left);
    X_ROOM(right);
    x_take(left, a + i, a_stride, n - i), x_take(right, b + i, b_stride, n - i);
    x_load(x, left, LANES), x_load(y, right, LANES);
    x_mul(x, x, y);
    x_store(left, LANES, x);
    x_give(dst + i, dst_stride, left, n - i);
}

// The images of X ... X^4 under a power of Frobenius are 20 centred constants.
static inline void x_frobenius(V c[5], const V a[5], const uint32_t *image) {
    V x[5];
    UNROLL
    for (int j = 1; j < 5; j++) x[j] = v_centre(a[j]);
    UNROLL
    for (int k = 0; k < 5; k++) {
        W s = w_zero();
        UNROLL
        for (int j = 1; j < 5; j++) s = w_mac(s, x[j], v_odd(x[j]), v_set1(image[5 * (j - 1) + k]));
        c[k] = w_reduce(s);
    }
    c[0] = v_add(c[0], a[0]);
}

static inline V v_squares(V x, int n) {
    for (int i = 0; i < n; i++) x = v_mul(x, x);
    return x;
}

// x^(p - 2); in binary p - 2 is six ones, a zero and 24 ones.
static inline V v_invert(V x) {
    V two = v_mul(v_squares(x, 1), x), three = v_mul(v_squares(two, 1), x);
    V six = v_mul(v_squares(three, 3), three), twelve = v_mul(v_squares(six, 6), six);
    V ones = v_mul(v_squares(twelve, 12), twelve);
    return v_mul(v_squares(six, 25), ones);
}

// The other four conjugates over the norm.
static inline void x_invert(V c[5], const V a[5], const uint32_t *images) {
    V pair[5], others[5], norm[5];
    x_frobenius(pair, a, images), x_frobenius(others, a, images + 20);
    x_mul(pair, pair, others);
    x_frobenius(others, pair, images + 20);
    x_mul(others, others, pair);
    x_mul(norm, a, others);
    V inverse = v_invert(norm[0]);
    for (int k = 0; k < 5; k++) c[k] = v_mul(others[k], inverse);
}

enum { X_CHAIN = 32 };

// Inverts up to X_CHAIN vectors with one inversion (Montgomery's trick). Zero counts as one on the
// way, and is put back.
static inline void x_invert_chain(uint32_t *p, size_t stride, size_t vectors,
                                  const uint32_t *images) {
    V before[X_CHAIN][5], product[5], x[5], y[5];
    for (size_t i = 0; i < vectors; i++) {
        x_load(x, p + i * LANES, stride);
        x[0] = v_add_raw(x[0], v_zero_flag(v_or(v_or(v_or(x[0], x[1]), v_or(x[2], x[3])), x[4])));
        for (int k = 0; i > 0 && k < 5; k++) before[i][k] = product[k];
        if (i > 0)
            x_mul(product, product, x);
        else
            for (int k = 0; k < 5; k++) product[k] = x[k];
    }
    x_invert(product, product, images);
    for (size_t i = vectors; i-- > 0;) {
        x_load(x, p + i * LANES, stride);
        V flag = v_zero_flag(v_or(v_or(v_or(x[0], x[1]), v_or(x[2], x[3])), x[4]));
        x[0] = v_add_raw(x[0], flag);
        if (i == 0)
            for (int k = 0; k < 5; k++) y[k] = product[k];
        else
            x_mul(y, product, before[i]), x_mul(product, product, x);
        y[0] = v_sub(y[0], flag);
        x_store(p + i * LANES, stride, y);
    }
}

static void ext_invert(uint32_t *p, size_t stride, size_t n, const uint32_t *images) {
    size_t i = 0;
    while (n - i >= LANES) {
        size_t vectors = (n - i) / LANES < X_CHAIN ? (n - i) / LANES : X_CHAIN;
        x_invert_chain(p + i, stride, vectors, images);
        i += vectors * LANES;
    }
    if (i == n) return;
    X_ROOM(room);
    x_take(room, p + i, stride, n - i);
    x_invert_chain(room, LANES, 1, images);
    x_give(p + i, stride, room, n - i);
}

// One step of folding: rows 2i and 2i + 1 belong to x and -x, and `factors` has 1 / 2x.
static inline void x_fold(V c[5], const V even[5], const V odd[5], V factor, const uint32_t *beta) {
    V d[5], b[5], sum[5];
    UNROLL
    for (int k = 0; k < 5; k++) {
        sum[k] = v_halve(v_add(even[k], odd[k]));
        d[k] = v_mul(v_sub(even[k], odd[k]), factor);
        b[k] = v_set1(beta[k]);
    }
    x_mul(d, d, b);
    UNROLL
    for (int k = 0; k < 5; k++) c[k] = v_add(sum[k], d[k]);
}

static void ext_fold(uint32_t *dst, size_t dst_stride, const uint32_t *src, size_t src_stride,
                     size_t n, const uint32_t *factors, const uint32_t *beta) {
    V even[5], odd[5], c[5];
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (int k = 0; k < 5; k++) v_load_pairs(&even[k], &odd[k], src + k * src_stride + 2 * i);
        x_fold(c, even, odd, v_load(factors + i), beta);
        x_store(dst + i, dst_stride, c);
    }
    if (i == n) return;
    X_ROOM(left);
    X_ROOM(right);
    uint32_t rest[LANES] = {0};
    memcpy(rest, factors + i, 4 * (n - i));
    for (size_t r = 0; r < n - i; r++)
        for (int k = 0; k < 5; k++) {
            left[k * LANES + r] = src[k * src_stride + 2 * (i + r)];
            right[k * LANES + r] = src[k * src_stride + 2 * (i + r) + 1];
        }
    x_load(even, left, LANES), x_load(odd, right, LANES);
    x_fold(c, even, odd, v_load(rest), beta);
    x_store(left, LANES, c);
    x_give(dst + i, dst_stride, left, n - i);
}

// Canonical numbers, the five of a row together: dst[5 * i + c].
static void ext_to_rows(uint32_t *dst, const uint32_t *src, size_t stride, size_t n) {
    V one = v_set1(1), mu = v_set1(FIELDS_MU);
    uint32_t words[LANES];
    for (int c = 0; c < 5; c++) {
        size_t i = 0;
        for (; i + LANES <= n; i += LANES) {
            v_store(words, v_mulc(v_load(src + c * stride + i), one, mu));
            for (size_t r = 0; r < LANES; r++) dst[5 * (i + r) + c] = words[r];
        }
        for (; i < n; i++) dst[5 * i + c] = kb_mul(src[c * stride + i], 1);
    }
}
