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
