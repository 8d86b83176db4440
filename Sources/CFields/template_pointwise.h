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
