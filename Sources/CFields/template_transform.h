// SPDX-License-Identifier: Apache-2.0
// Number theoretic transforms of one tile, depth first: a block that fits a cache is finished
// before the next is touched. All rows of one block share their twiddles, because block k of a
// layer is the residue modulo X^m - r^2 and splits into X^(m/2) - r and X^(m/2) + r.

#define GROUPS (16 / LANES)

// A factor as v_turn wants it, from one that is no Montgomery word.
typedef struct {
    V w, ratio;
} Twiddle;
static inline Twiddle twiddle(uint32_t w) {
    return (Twiddle){v_set1(w), v_set1((uint32_t)(((uint64_t)w << 32) / FIELDS_P))};
}
static inline V turn(V x, Twiddle t) { return v_reduce(v_turn(x, t.w, t.ratio)); }

// Forward, what is between the layers is in 0 ..< 2 p; the last layer brings it below p.
#define FORWARD(a, b, t)                      \
    do {                                      \
        V m = turn(b, t), low = v_reduce(a);  \
        b = v_sub_raw(v_add_raw(low, p), m);  \
        a = v_add_raw(low, m);                \
    } while (0)
#define INVERSE(a, b, t)                                \
    do {                                                \
        V m = v_sub_raw(v_add_raw(a, p), b);            \
        a = v_add(a, b);                                \
        b = turn(m, t);                                 \
    } while (0)

// Two layers of a block of four quarters. On a coset s H the block of 2^log rows is a residue
// modulo X^(2^log) - s^(2^log) r^2, and its twiddles are r times s^(2^(log - 1)), which is
// powers[log - 1], no Montgomery word.
static inline __attribute__((always_inline)) void forward_two(uint32_t *dst, const uint32_t *src,
                                                              unsigned log, size_t k,
                                                              const uint32_t *w,
                                                              const uint32_t *powers) {
    Twiddle t0 = twiddle(kb_mul(w[k], powers[log - 1]));
    Twiddle t1 = twiddle(kb_mul(w[2 * k], powers[log - 2]));
    Twiddle t2 = twiddle(kb_mul(w[2 * k + 1], powers[log - 2]));
    size_t q = (size_t)16 << (log - 2);
    V p = v_set1(FIELDS_P);
    for (size_t i = 0; i < q; i += LANES) {
        V a = v_load(src + i), b = v_load(src + q + i);
        V c = v_load(src + 2 * q + i), d = v_load(src + 3 * q + i);
        FORWARD(a, c, t0);
        FORWARD(b, d, t0);
        FORWARD(a, b, t1);
        FORWARD(c, d, t2);
        if (log == 2) a = v_reduce(a), b = v_reduce(b), c = v_reduce(c), d = v_reduce(d);
        v_store(dst + i, a), v_store(dst + q + i, b);
        v_store(dst + 2 * q + i, c), v_store(dst + 3 * q + i, d);
    }
}

static inline void inverse_two(uint32_t *x, size_t quarter, size_t k, const uint32_t *w) {
    Twiddle t0 = twiddle(kb_mul(w[k], 1)), t1 = twiddle(kb_mul(w[2 * k], 1));
    Twiddle t2 = twiddle(kb_mul(w[2 * k + 1], 1));
    V p = v_set1(FIELDS_P);
    uint32_t *p0 = x, *p1 = x + 16 * quarter, *p2 = p1 + 16 * quarter, *p3 = p2 + 16 * quarter;
    for (size_t i = 0; i < 16 * quarter; i += LANES) {
        V a = v_load(p0 + i), b = v_load(p1 + i), c = v_load(p2 + i), d = v_load(p3 + i);
        INVERSE(a, b, t1);
        INVERSE(c, d, t2);
        INVERSE(a, c, t0);
        INVERSE(b, d, t0);
        v_store(p0 + i, a), v_store(p1 + i, b), v_store(p2 + i, c), v_store(p3 + i, d);
    }
}

static inline void forward_one(uint32_t *dst, const uint32_t *src, size_t k, const uint32_t *w,
                               const uint32_t *powers) {
    Twiddle t = twiddle(kb_mul(w[k], powers[0]));
    V p = v_set1(FIELDS_P);
    for (size_t i = 0; i < 16; i += LANES) {
        V a = v_load(src + i), b = v_load(src + 16 + i);
        FORWARD(a, b, t);
        v_store(dst + i, v_reduce(a)), v_store(dst + 16 + i, v_reduce(b));
    }
}

static inline void inverse_one(uint32_t *x, size_t k, const uint32_t *w) {
    Twiddle t = twiddle(kb_mul(w[k], 1));
    V p = v_set1(FIELDS_P);
    for (size_t i = 0; i < 16; i += LANES) {
        V a = v_load(x + i), b = v_load(x + 16 + i);
        INVERSE(a, b, t);
        v_store(x + i, a), v_store(x + 16 + i, b);
    }
}

#if LANES == 16
// Four butterflies at once, step by step: one alone waits for itself longer than the machine looks ahead.
static inline __attribute__((always_inline)) void forward_four(V a[4], V b[4], const Twiddle t[4]) {
    V e[4], o[4], p = v_p();
    UNROLL
    for (int i = 0; i < 4; i++) e[i] = _mm512_mul_epu32(b[i], t[i].ratio);
    UNROLL
    for (int i = 0; i < 4; i++) o[i] = _mm512_mul_epu32(v_odd(b[i]), t[i].ratio);
    UNROLL
    for (int i = 0; i < 4; i++) b[i] = _mm512_mullo_epi32(b[i], t[i].w);
    UNROLL
    for (int i = 0; i < 4; i++) e[i] = v_opaque(v_upper(e[i], o[i]));
    UNROLL
    for (int i = 0; i < 4; i++) a[i] = v_reduce(a[i]);
    UNROLL
    for (int i = 0; i < 4; i++) e[i] = _mm512_mullo_epi32(e[i], p);
    UNROLL
    for (int i = 0; i < 4; i++) o[i] = v_opaque(v_add_raw(a[i], p));
    UNROLL
    for (int i = 0; i < 4; i++) b[i] = v_reduce(v_sub_raw(b[i], e[i]));
    UNROLL
    for (int i = 0; i < 4; i++) a[i] = v_add_raw(a[i], b[i]), b[i] = v_sub_raw(o[i], b[i]);
}

// Two layers of a block of four quarters, two vectors at once.
static inline __attribute__((always_inline)) void forward_two_wide(uint32_t *dst, const uint32_t *src,
                                                                   unsigned log, size_t k,
                                                                   const uint32_t *w,
                                                                   const uint32_t *powers) {
    Twiddle t0 = twiddle(kb_mul(w[k], powers[log - 1]));
    Twiddle t1 = twiddle(kb_mul(w[2 * k], powers[log - 2]));
    Twiddle t2 = twiddle(kb_mul(w[2 * k + 1], powers[log - 2]));
    Twiddle first[4] = {t0, t0, t0, t0}, second[4] = {t1, t1, t2, t2};
    size_t q = (size_t)16 << (log - 2);
    for (size_t i = 0; i < q; i += 2 * LANES) {
        // a and b of both vectors, then c and d.
        V x[4], y[4];
        UNROLL
        for (int v = 0; v < 2; v++) {
            x[v] = v_load(src + i + LANES * v), x[2 + v] = v_load(src + q + i + LANES * v);
            y[v] = v_load(src + 2 * q + i + LANES * v), y[2 + v] = v_load(src + 3 * q + i + LANES * v);
        }
        forward_four(x, y, first);
        V left[4] = {x[0], x[1], y[0], y[1]}, right[4] = {x[2], x[3], y[2], y[3]};
        forward_four(left, right, second);
        UNROLL
        for (int v = 0; v < 2; v++) {
            v_store(dst + i + LANES * v, left[v]), v_store(dst + q + i + LANES * v, right[v]);
            v_store(dst + 2 * q + i + LANES * v, left[2 + v]);
            v_store(dst + 3 * q + i + LANES * v, right[2 + v]);
        }
    }
}

// The last four layers of a block of sixteen rows, which fit the registers of the longest vectors.
static inline void forward_sixteen(uint32_t *rows, size_t k, const uint32_t *w,
                                   const uint32_t *powers) {
    V x[16], p = v_set1(FIELDS_P);
    UNROLL
    for (int i = 0; i < 16; i++) x[i] = v_load(rows + 16 * i);
    UNROLL
    for (int layer = 0; layer < 4; layer++) {
        int half = 8 >> layer;
        Twiddle t[8];
        UNROLL
        for (int block = 0; block < 1 << layer; block++)
            t[block] = twiddle(kb_mul(w[(k << layer) + block], powers[3 - layer]));
        UNROLL
        for (int some = 0; some < 8; some += 4) {
            V a[4], b[4];
            Twiddle mine[4];
            UNROLL
            for (int j = 0; j < 4; j++) {
                int block = (some + j) / half, i = 2 * half * block + (some + j) % half;
                a[j] = x[i], b[j] = x[i + half], mine[j] = t[block];
            }
            forward_four(a, b, mine);
            UNROLL
            for (int j = 0; j < 4; j++) {
                int block = (some + j) / half, i = 2 * half * block + (some + j) % half;
                x[i] = a[j], x[i + half] = b[j];
            }
        }
    }
    UNROLL
    for (int i = 0; i < 16; i++) v_store(rows + 16 * i, v_reduce(x[i]));
}

// The last five: one, and then two blocks of sixteen rows.
static inline void forward_thirtytwo(uint32_t *rows, size_t k, const uint32_t *w,
                                     const uint32_t *powers) {
    Twiddle t = twiddle(kb_mul(w[k], powers[4]));
    V p = v_set1(FIELDS_P);
    for (int i = 0; i < 16; i++) {
        V a = v_load(rows + 16 * i), b = v_load(rows + 16 * (i + 16));
        FORWARD(a, b, t);
        v_store(rows + 16 * i, a), v_store(rows + 16 * (i + 16), b);
    }
    forward_sixteen(rows, 2 * k, w, powers);
    forward_sixteen(rows + 256, 2 * k + 1, w, powers);
}
#endif

static void forward_block(uint32_t *dst, const uint32_t *src, unsigned log, size_t k,
                          const uint32_t *w, const uint32_t *powers) {
    if (log == 1) {
        forward_one(dst, src, k, w, powers);
        return;
    }
#if LANES == 16
    if (dst == src && (log == 4 || log == 5)) {
        if (log == 4)
            forward_sixteen(dst, k, w, powers);
        else
            forward_thirtytwo(dst, k, w, powers);
        return;
    }
#endif
    // In place the loop is another one for the optimiser: only then can it see what overlaps.
#if LANES == 16
    if (log > 2 && dst == src)
        forward_two_wide(dst, dst, log, k, w, powers);
    else if (log > 2)
        forward_two_wide(dst, src, log, k, w, powers);
    else
#endif
    if (dst == src)
        forward_two(dst, dst, log, k, w, powers);
    else
        forward_two(dst, src, log, k, w, powers);
    size_t quarter = (size_t)16 << (log - 2);
    for (size_t c = 0; c < 4 && log > 2; c++)
        forward_block(dst + c * quarter, dst + c * quarter, log - 2, 4 * k + c, w, powers);
}

static void inverse_block(uint32_t *x, unsigned log, size_t k, const uint32_t *w) {
    if (log == 0) return;
    if (log == 1) {
        inverse_one(x, k, w);
        return;
    }
    size_t quarter = (size_t)1 << (log - 2);
    for (size_t c = 0; c < 4 && log > 2; c++)
        inverse_block(x + c * 16 * quarter, log - 2, 4 * k + c, w);
    inverse_two(x, quarter, k, w);
}

// s^(2^i) for a Montgomery word s, as numbers.
static void powers_of(uint32_t powers[32], uint32_t shift, unsigned log) {
    for (unsigned i = 0; i < log; i++) {
        powers[i] = kb_mul(shift, 1);
        shift = kb_mul(shift, shift);
    }
}

static void ntt_forward(uint32_t *dst, const uint32_t *src, unsigned log, const uint32_t *w,
                        uint32_t shift) {
    uint32_t powers[32];
    powers_of(powers, shift, log);
    if (log == 0)
        memmove(dst, src, 64);
    else
        forward_block(dst, src, log, 0, w, powers);
}

// As forward_block, but blocks without a wanted row are left as they are.
static void forward_rows(uint32_t *dst, const uint32_t *src, unsigned log, size_t k,
                         const uint32_t *w, const uint32_t *powers, const uint32_t *rows,
                         size_t count) {
    if (log == 1) {
        forward_one(dst, src, k, w, powers);
        return;
    }
    if (dst == src)
        forward_two(dst, dst, log, k, w, powers);
    else
        forward_two(dst, src, log, k, w, powers);
    size_t quarter = (size_t)16 << (log - 2);
    for (size_t c = 0; c < 4 && log > 2; c++) {
        size_t end = (4 * k + c + 1) << (log - 2), here = 0;
        while (here < count && rows[here] < end) here++;
        uint32_t *part = dst + c * quarter;
        if (here > 0) forward_rows(part, part, log - 2, 4 * k + c, w, powers, rows, here);
        rows += here, count -= here;
    }
}

static void ntt_forward_rows(uint32_t *dst, const uint32_t *src, unsigned log, const uint32_t *w,
                             uint32_t shift, const uint32_t *rows, size_t count) {
    uint32_t powers[32];
    powers_of(powers, shift, log);
    if (log == 0)
        memmove(dst, src, 64);
    else
        forward_rows(dst, src, log, 0, w, powers, rows, count);
}
// src modulo X^m - power for the 2^bits = m rows of dst, by Horner's rule over pieces of m rows.
static void ntt_residue(uint32_t *dst, const uint32_t *src, unsigned log, unsigned bits,
                        uint32_t power) {
    V w = v_set1(power), wmu = v_set1(power * FIELDS_MU);
    size_t words = (size_t)16 << bits, pieces = (size_t)1 << (log - bits);
    memcpy(dst, src + (pieces - 1) * words, 4 * words);
    for (size_t piece = pieces - 1; piece-- > 0;) {
        const uint32_t *part = src + piece * words;
        for (size_t i = 0; i < words; i += LANES)
            v_store(dst + i, v_add(v_mulc(v_load(dst + i), w, wmu), v_load(part + i)));
    }
}

static void ntt_inverse(uint32_t *tile, unsigned log, const uint32_t *w) {
    inverse_block(tile, log, 0, w);
}

static inline size_t reversed(size_t i, unsigned log) {
    return log == 0 ? 0 : (size_t)(__builtin_bitreverse64(i) >> (64 - log));
}

static void bit_reverse(uint32_t *tile, unsigned log, uint32_t scalar) {
    V w = v_set1(scalar), wmu = v_set1(scalar * FIELDS_MU);
    size_t rows = (size_t)1 << log;
    for (size_t i = 0; i < rows; i++) {
        size_t j = reversed(i, log), ahead = reversed(i + 16 < rows ? i + 16 : i, log);
        // The partner jumps all over the tile: ask for it early.
        __builtin_prefetch(tile + 16 * ahead, 1);
        if (j < i) continue;
        for (size_t g = 0; g < 16; g += LANES) {
            V a = v_load(tile + 16 * i + g), b = v_load(tile + 16 * j + g);
            v_store(tile + 16 * i + g, v_mulc(b, w, wmu));
            v_store(tile + 16 * j + g, v_mulc(a, w, wmu));
        }
    }
}
