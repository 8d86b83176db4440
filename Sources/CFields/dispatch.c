// SPDX-License-Identifier: Apache-2.0
// Chooses the kernels of a path, once per call.
#include "kernels.h"

#if defined(__x86_64__)
int fields_best_path(void) {
    // __builtin_cpu_supports reads a word that the C runtime fills in before main.
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        return FIELDS_AVX512;
    return __builtin_cpu_supports("avx2") ? FIELDS_AVX2 : FIELDS_PORTABLE;
}

static const struct fields_kernels *kernels(int path) {
    int best = fields_best_path();
    if (path > best) path = best;
    if (path == FIELDS_AVX512) return &fields_kernels_avx512;
    return path == FIELDS_AVX2 ? &fields_kernels_avx2 : &fields_kernels_portable;
}
#else
int fields_best_path(void) { return FIELDS_PORTABLE; }

static const struct fields_kernels *kernels(int path) {
    (void)path;
    return &fields_kernels_portable;
}
#endif

void fields_add(int path, uint32_t *dst, const uint32_t *a, const uint32_t *b, size_t n) {
    kernels(path)->add(dst, a, b, n);
}
void fields_sub(int path, uint32_t *dst, const uint32_t *a, const uint32_t *b, size_t n) {
    kernels(path)->sub(dst, a, b, n);
}
void fields_mul(int path, uint32_t *dst, const uint32_t *a, const uint32_t *b, size_t n) {
    kernels(path)->mul(dst, a, b, n);
}
void fields_mul_scalar(int path, uint32_t *dst, const uint32_t *a, uint32_t scalar, size_t n) {
    kernels(path)->mul_scalar(dst, a, scalar, n);
}
size_t fields_uniform(int path, uint32_t *dst, const uint32_t *src, size_t n) {
    return kernels(path)->uniform(dst, src, n);
}
void fields_mul_add(int path, uint32_t *dst, const uint32_t *a, const uint32_t *b, size_t n) {
    kernels(path)->mul_add(dst, a, b, n);
}
void fields_mul_add_scalar(int path, uint32_t *dst, const uint32_t *a, uint32_t scalar, size_t n) {
    kernels(path)->mul_add_scalar(dst, a, scalar, n);
}
void fields_linear(int path, uint32_t *dst, const uint32_t *registers, size_t stride,
                   const uint32_t *terms, size_t count, uint32_t constant, size_t n) {
    kernels(path)->linear(dst, registers, stride, terms, count, constant, n);
}
void fields_linear_ext(int path, uint32_t *dst, size_t dst_stride, const uint32_t *registers,
                       size_t stride, const uint32_t *terms, size_t count, const uint32_t *constant,
                       size_t n) {
    kernels(path)->linear_ext(dst, dst_stride, registers, stride, terms, count, constant, n);
}
void fields_ext_mul(int path, uint32_t *dst, size_t dst_stride, const uint32_t *a, size_t a_stride,
                    const uint32_t *b, size_t b_stride, size_t n) {
    kernels(path)->ext_mul(dst, dst_stride, a, a_stride, b, b_stride, n);
}
void fields_ext_invert(int path, uint32_t *x, size_t stride, size_t n, const uint32_t *images) {
    kernels(path)->ext_invert(x, stride, n, images);
}
void fields_ext_fold(int path, uint32_t *dst, size_t dst_stride, const uint32_t *src,
                     size_t src_stride, size_t n, const uint32_t *factors, const uint32_t *beta) {
    kernels(path)->ext_fold(dst, dst_stride, src, src_stride, n, factors, beta);
}
void fields_ext_to_rows(int path, uint32_t *dst, const uint32_t *src, size_t stride, size_t n) {
    kernels(path)->ext_to_rows(dst, src, stride, n);
}
void fields_ntt_forward(int path, uint32_t *dst, const uint32_t *src, unsigned log,
                        const uint32_t *twiddles, uint32_t shift) {
    kernels(path)->ntt_forward(dst, src, log, twiddles, shift);
}
void fields_ntt_forward_rows(int path, uint32_t *dst, const uint32_t *src, unsigned log,
                             const uint32_t *twiddles, uint32_t shift, const uint32_t *rows,
                             size_t count) {
    kernels(path)->ntt_forward_rows(dst, src, log, twiddles, shift, rows, count);
}
void fields_ntt_residue(int path, uint32_t *dst, const uint32_t *src, unsigned log, unsigned bits,
                        uint32_t power) {
    kernels(path)->ntt_residue(dst, src, log, bits, power);
}
void fields_ntt_inverse(int path, uint32_t *tile, unsigned log, const uint32_t *twiddles) {
    kernels(path)->ntt_inverse(tile, log, twiddles);
}
void fields_bit_reverse(int path, uint32_t *tile, unsigned log, uint32_t scalar) {
    kernels(path)->bit_reverse(tile, log, scalar);
}
void fields_accumulate(int path, uint32_t *acc, size_t stride, const uint32_t *tile, size_t rows,
                       const uint32_t *scalars) {
    kernels(path)->accumulate(acc, stride, tile, rows, scalars);
}
void fields_combine_rows(int path, uint32_t *out, const uint32_t *tile, size_t rows,
                         const uint32_t *weights, size_t stride) {
    kernels(path)->combine_rows(out, tile, rows, weights, stride);
}
void fields_tile_to_columns(int path, uint32_t *dst, size_t stride, const uint32_t *tile,
                            size_t rows) {
    kernels(path)->tile_to_columns(dst, stride, tile, rows);
}
void fields_columns_to_tile(int path, uint32_t *tile, const uint32_t *src, size_t stride,
                            size_t rows) {
    kernels(path)->columns_to_tile(tile, src, stride, rows);
}
void fields_rows_to_bytes(int path, uint8_t *dst, size_t dst_stride, const uint32_t *tiles,
                          size_t tile_words, size_t first_row, size_t count, size_t columns) {
    kernels(path)->rows_to_bytes(dst, dst_stride, tiles, tile_words, first_row, count, columns);
}
void fields_permute(int path, int hash, const uint32_t *table, uint32_t *states, size_t count) {
    kernels(path)->permute(hash, table, states, count);
}
void fields_compress(int path, int hash, const uint32_t *table, uint32_t *dst, const uint32_t *src,
                     size_t count) {
    kernels(path)->compress(hash, table, dst, src, count);
}
void fields_trace(int path, int hash, const uint32_t *table, uint32_t *tiles, size_t tile_words,
                  size_t first_row, size_t first_column, const uint32_t *inputs, size_t count) {
    kernels(path)->trace(hash, table, tiles, tile_words, first_row, first_column, inputs, count);
}
