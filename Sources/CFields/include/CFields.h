// SPDX-License-Identifier: Apache-2.0
// Kernels over the KoalaBear field, p = 2^31 - 2^24 + 1, and SHA-256 of many rows.
//
// Elements are 32-bit words in Montgomery form (R = 2^32), always in 0 ..< p. A "tile" is an
// array of rows, each row sixteen words. Every kernel takes the path to use; a path that the CPU
// has not falls back to the best one below it. No kernel allocates, traps or keeps state; only memory that is held
// is kept.
#ifndef CFIELDS_H
#define CFIELDS_H
#include <stddef.h>
#include <stdint.h>

enum { FIELDS_PORTABLE = 0, FIELDS_AVX2 = 1, FIELDS_AVX512 = 2 };

/// The best path of this CPU.
int fields_best_path(void);
/// Whether this CPU has the SHA-256 instructions.
int fields_has_sha(void);

/// Zeroed memory on a 64-byte border (huge pages when large); NULL when there is none. Release it
/// with the same number of bytes.
void *fields_allocate(size_t bytes);
void fields_release(void *memory, size_t bytes);
/// Between the one and the other, by any number of threads, large memory that is released is kept for the next
/// allocation; when the last has given it back, it goes to the system.
void fields_hold_memory(void);
void fields_give_memory_back(void);

// Arrays of n elements. dst may be a or b itself.
void fields_add(int path, uint32_t *dst, const uint32_t *a, const uint32_t *b, size_t n);
void fields_sub(int path, uint32_t *dst, const uint32_t *a, const uint32_t *b, size_t n);
void fields_mul(int path, uint32_t *dst, const uint32_t *a, const uint32_t *b, size_t n);
/// dst = a * scalar
void fields_mul_scalar(int path, uint32_t *dst, const uint32_t *a, uint32_t scalar, size_t n);
/// The lowest 31 bits of n words, those that are not below p left out, as elements; how many these are. dst may be src.
size_t fields_uniform(int path, uint32_t *dst, const uint32_t *src, size_t n);
/// dst = dst + a * b
void fields_mul_add(int path, uint32_t *dst, const uint32_t *a, const uint32_t *b, size_t n);
/// dst = dst + a * scalar
void fields_mul_add_scalar(int path, uint32_t *dst, const uint32_t *a, uint32_t scalar, size_t n);
/// dst = constant + sum of coefficient * register; a term is two words, the number of a register, which is
/// at registers + number * stride, and the coefficient. dst is none of these registers.
void fields_linear(int path, uint32_t *dst, const uint32_t *registers, size_t stride,
                   const uint32_t *terms, size_t count, uint32_t constant, size_t n);
/// The same with coefficients and a constant of the extension: coefficient c of the sums goes to
/// dst + c * dst_stride. A term is six words: the number of a register, and a coefficient's five, centred.
void fields_linear_ext(int path, uint32_t *dst, size_t dst_stride, const uint32_t *registers,
                       size_t stride, const uint32_t *terms, size_t count, const uint32_t *constant,
                       size_t n);
/// Products in the extension X^5 + X^2 - 1: coefficient c of element i is x[c * stride + i].
void fields_ext_mul(int path, uint32_t *dst, size_t dst_stride, const uint32_t *a, size_t a_stride,
                    const uint32_t *b, size_t b_stride, size_t n);
/// Inverts n elements in place; zero stays zero. `images`: X ... X^4 to the p and then to the p^2,
/// 40 centred words.
void fields_ext_invert(int path, uint32_t *x, size_t stride, size_t n, const uint32_t *images);
/// dst[i] = (src[2i] + src[2i + 1]) / 2 + beta * (src[2i] - src[2i + 1]) * factors[i]
void fields_ext_fold(int path, uint32_t *dst, size_t dst_stride, const uint32_t *src,
                     size_t src_stride, size_t n, const uint32_t *factors, const uint32_t *beta);
/// dst[5 * i + c] = the canonical value of coefficient c of element i
void fields_ext_to_rows(int path, uint32_t *dst, const uint32_t *src, size_t stride, size_t n);

// Transforms of one tile of 2^log rows, log <= 24. Twiddle k is g^(bit-reversed k).
/// Coefficients in natural order -> values; row j gets the value at shift * g^(bit-reversed j).
/// dst may be src.
void fields_ntt_forward(int path, uint32_t *dst, const uint32_t *src, unsigned log,
                        const uint32_t *twiddles, uint32_t shift);
/// The same for some rows alone, `count` of them in rising order: what stands in the others is undefined.
void fields_ntt_forward_rows(int path, uint32_t *dst, const uint32_t *src, unsigned log,
                             const uint32_t *twiddles, uint32_t shift, const uint32_t *rows,
                             size_t count);
/// The 2^bits coefficients of what is left of 2^log, bits <= log, modulo X^(2^bits) - power.
void fields_ntt_residue(int path, uint32_t *dst, const uint32_t *src, unsigned log, unsigned bits,
                        uint32_t power);
/// The way back for shift one, in place and times 2^log.
void fields_ntt_inverse(int path, uint32_t *tile, unsigned log, const uint32_t *twiddles);
/// Puts row i at the place with its bits reversed, and multiplies all by the scalar.
void fields_bit_reverse(int path, uint32_t *tile, unsigned log, uint32_t scalar);
/// acc[c * stride + i] += sum over the 16 columns j of row i of tile[i][j] * scalars[j * 5 + c]
void fields_accumulate(int path, uint32_t *acc, size_t stride, const uint32_t *tile, size_t rows,
                       const uint32_t *scalars);
/// out[c * 16 + j] = sum over the rows i of tile[i][j] * weights[c * stride + i], c in 0 ..< 5
void fields_combine_rows(int path, uint32_t *out, const uint32_t *tile, size_t rows,
                         const uint32_t *weights, size_t stride);
/// dst[c * stride + i] = tile[i][c] for the 16 columns of a tile
void fields_tile_to_columns(int path, uint32_t *dst, size_t stride, const uint32_t *tile,
                            size_t rows);
/// tile[i][c] = src[c * stride + i] for the 16 columns of a tile
void fields_columns_to_tile(int path, uint32_t *tile, const uint32_t *src, size_t stride,
                            size_t rows);
/// The same for a few columns that may lie in several tiles: column first + c of row i is src[c * stride + i].
/// Any machine's words are moved alike, so there is no path.
void fields_columns_to_cells(uint32_t *tiles, size_t tile_words, size_t first, size_t columns,
                             const uint32_t *src, size_t stride, size_t rows);
/// What the first `rows` rows of a tile, in bit-reversed order, have in five columns, which may lie in two tiles: each
/// becomes the sum of those before it, and `total` what all come to.
void fields_running_sum(uint32_t *tiles, size_t tile_words, size_t first, unsigned log, size_t rows,
                        uint32_t total[5]);
/// Rows of a tiled matrix as canonical little-endian words, `columns` of them a row.
void fields_rows_to_bytes(int path, uint8_t *dst, size_t dst_stride, const uint32_t *tiles,
                          size_t tile_words, size_t first_row, size_t count, size_t columns);

// Hashes over 16 elements. `hash` is 1 or 2; `table` its constants as the library lays them out.
enum { FIELDS_POSEIDON1_TABLE = 1031, FIELDS_POSEIDON2_TABLE = 148, FIELDS_TRACE_COLUMNS = 156 };
/// Permutes `count` states of 16 elements in place.
void fields_permute(int path, int hash, const uint32_t *table, uint32_t *states, size_t count);
/// dst[8 * i ...] = the first half of permutation(x) + x, for x = src[16 * i ...]; dst may be src.
void fields_compress(int path, int hash, const uint32_t *table, uint32_t *dst, const uint32_t *src,
                     size_t count);
/// Writes the 156 trace columns of `count` permutations: permutation i into row first_row + i,
/// columns first_column ... of a tiled matrix.
void fields_trace(int path, int hash, const uint32_t *table, uint32_t *tiles, size_t tile_words,
                  size_t first_row, size_t first_column, const uint32_t *inputs, size_t count);

// SHA-256 (FIPS 180-4). The portable path is plain C; the others use the SHA instructions if any.
/// out[32 * i ...] = SHA-256(prefix || row i), row i at rows + i * stride.
void fields_sha256_rows(int path, const uint8_t *rows, size_t count, size_t bytes_per_row,
                        size_t stride, const uint8_t *prefix, size_t prefix_bytes, uint8_t *out);
/// out[32 * i ...] = SHA-256(prefix || first + i), the number in eight bytes, lowest first.
void fields_sha256_counters(int path, const uint8_t *prefix, size_t prefix_bytes, uint64_t first,
                            size_t count, uint8_t *out);
/// out[32 * i ...] = SHA-256(tag || left || right) for the 64 bytes at pairs + 64 * i.
void fields_sha256_pairs(int path, const uint8_t *pairs, size_t count, uint8_t tag, uint8_t *out);

/// The words of a tiled matrix.
struct fields_matrix {
    const uint32_t *tiles;
    size_t tile_words, columns;
};
/// out[32 * i ...] = SHA-256(tag || row first_row + i of each matrix), cells as canonical little-endian words.
void fields_sha256_tiles(int path, const struct fields_matrix *matrices, size_t count,
                         size_t first_row, size_t rows, uint8_t tag, uint8_t *out);

#endif
