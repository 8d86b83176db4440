// SPDX-License-Identifier: Apache-2.0
// Element-wise kernels; what is left over after whole vectors is done one at a time.

static void add(uint32_t *dst, const uint32_t *a, const uint32_t *b, size_t n) {
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) v_store(dst + i, v_add(v_load(a + i), v_load(b + i)));
    for (; i < n; i++) dst[i] = kb_add(a[i], b[i]);
}

static void sub(uint32_t *dst, const uint32_t *a, const uint32_t *b, size_t n) {
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) v_store(dst + i, v_sub(v_load(a + i), v_load(b + i)));
    for (; i < n; i++) dst[i] = kb_sub(a[i], b[i]);
}

static void mul(uint32_t *dst, const uint32_t *a, const uint32_t *b, size_t n) {
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) v_store(dst + i, v_mul(v_load(a + i), v_load(b + i)));
    for (; i < n; i++) dst[i] = kb_mul(a[i], b[i]);
}

static void mul_scalar(uint32_t *dst, const uint32_t *a, uint32_t scalar, size_t n) {
    V w = v_set1(scalar), wmu = v_set1(scalar * FIELDS_MU);
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) v_store(dst + i, v_mulc(v_load(a + i), w, wmu));
    for (; i < n; i++) dst[i] = kb_mul(a[i], scalar);
}

static size_t uniform(uint32_t *dst, const uint32_t *src, size_t n) {
    size_t count = 0, i = 0;
#if LANES == 16
    V w = v_set1(FIELDS_SQUARE), wmu = v_set1(FIELDS_SQUARE * FIELDS_MU);
    for (; i + LANES <= n; i += LANES) {
        V x = _mm512_and_si512(v_load(src + i), v_set1(0x7fffffff));
        __mmask16 below = _mm512_cmplt_epu32_mask(x, v_p());
        _mm512_mask_compressstoreu_epi32(dst + count, below, v_mulc(x, w, wmu));
        count += (size_t)__builtin_popcount(below);
    }
#endif
    for (; i < n; i++) {
        uint32_t x = src[i] & 0x7fffffff;
        if (x < FIELDS_P) dst[count++] = kb_mul(x, FIELDS_SQUARE);
    }
    return count;
}

static void mul_add(uint32_t *dst, const uint32_t *a, const uint32_t *b, size_t n) {
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        v_store(dst + i, v_add(v_load(dst + i), v_mul(v_load(a + i), v_load(b + i))));
    for (; i < n; i++) dst[i] = kb_add(dst[i], kb_mul(a[i], b[i]));
}

static void mul_add_scalar(uint32_t *dst, const uint32_t *a, uint32_t scalar, size_t n) {
    V w = v_set1(scalar), wmu = v_set1(scalar * FIELDS_MU);
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        v_store(dst + i, v_add(v_load(dst + i), v_mulc(v_load(a + i), w, wmu)));
    for (; i < n; i++) dst[i] = kb_add(dst[i], kb_mul(a[i], scalar));
}

// dst = constant + sum over the terms of coefficient * register, pairs of words: the register's number, the
// coefficient. Eight centred products fit a sum before it is reduced.
static void linear(uint32_t *dst, const uint32_t *registers, size_t stride, const uint32_t *terms,
                   size_t count, uint32_t constant, size_t n) {
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        V total = v_set1(constant);
        for (size_t t = 0; t < count; t += 8) {
            size_t end = t + 8 < count ? t + 8 : count;
            W s = w_zero();
            for (size_t k = t; k < end; k++) {
                V x = v_centre(v_load(registers + terms[2 * k] * stride + i));
                s = w_mac(s, x, v_odd(x), v_set1(kb_centre(terms[2 * k + 1])));
            }
            total = v_add(total, w_reduce(s));
        }
        v_store(dst + i, total);
    }
    for (; i < n; i++) {
        uint32_t total = constant;
        for (size_t k = 0; k < count; k++)
            total = kb_add(total, kb_mul(registers[terms[2 * k] * stride + i], terms[2 * k + 1]));
        dst[i] = total;
    }
}

enum { EXT_TERM = 6 };  // The words of a term of linear_ext.

// Two vectors of rows of linear_ext, or one.
static inline __attribute__((always_inline)) void linear_ext_rows(
    uint32_t *dst, size_t dst_stride, const uint32_t *registers, size_t stride,
    const uint32_t *terms, size_t count, const uint32_t *constant, int vectors) {
    V total[2][5];
    for (int v = 0; v < vectors; v++)
        for (int c = 0; c < 5; c++) total[v][c] = v_set1(constant[c]);
    for (size_t t = 0; t < count; t += 8) {
        size_t end = t + 8 < count ? t + 8 : count;
        W s[2][5];
        UNROLL
        for (int v = 0; v < vectors; v++)
            for (int c = 0; c < 5; c++) s[v][c] = w_zero();
        for (const uint32_t *term = terms + EXT_TERM * t; term < terms + EXT_TERM * end;
             term += EXT_TERM) {
            V x[2], odd[2];
            UNROLL
            for (int v = 0; v < vectors; v++) {
                x[v] = v_centre(v_load(registers + term[0] * stride + v * LANES));
                odd[v] = v_odd(x[v]);
            }
            UNROLL
            for (int c = 0; c < 5; c++) {
                V w = v_set1(term[1 + c]);
                UNROLL
                for (int v = 0; v < vectors; v++) s[v][c] = w_mac(s[v][c], x[v], odd[v], w);
            }
        }
        UNROLL
        for (int v = 0; v < vectors; v++)
            for (int c = 0; c < 5; c++) total[v][c] = v_add(total[v][c], w_reduce(s[v][c]));
    }
    for (int v = 0; v < vectors; v++)
        for (int c = 0; c < 5; c++) v_store(dst + c * dst_stride + v * LANES, total[v][c]);
}

// As linear, with coefficients of the extension: a term is the register's number and five centred words.
static void linear_ext(uint32_t *dst, size_t dst_stride, const uint32_t *registers, size_t stride,
                       const uint32_t *terms, size_t count, const uint32_t *constant, size_t n) {
    size_t i = 0;
    for (; i + 2 * LANES <= n; i += 2 * LANES)
        linear_ext_rows(dst + i, dst_stride, registers + i, stride, terms, count, constant, 2);
    for (; i + LANES <= n; i += LANES)
        linear_ext_rows(dst + i, dst_stride, registers + i, stride, terms, count, constant, 1);
    for (; i < n; i++)
        for (int c = 0; c < 5; c++) {
            uint32_t total = constant[c];
            for (size_t k = 0; k < count; k++) {
                uint32_t w = terms[EXT_TERM * k + 1 + c];
                total = kb_add(total, kb_mul(registers[terms[EXT_TERM * k] * stride + i],
                                             kb_min(w, w + FIELDS_P)));
            }
            dst[c * dst_stride + i] = total;
        }
}
