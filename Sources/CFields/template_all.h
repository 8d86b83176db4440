// SPDX-License-Identifier: Apache-2.0
// Included once by each path, after its vector header: all kernels in terms of V.
#include <string.h>

#include "kernels.h"
#include "template_pointwise.h"
#include "template_extension.h"
#include "template_transform.h"
#include "template_matrix.h"
#include "template_poseidon1.h"
#include "template_poseidon2.h"
#include "template_hash.h"

const struct fields_kernels FIELDS_TABLE = {
    .add = add,
    .sub = sub,
    .mul = mul,
    .mul_scalar = mul_scalar,
    .uniform = uniform,
    .mul_add = mul_add,
    .mul_add_scalar = mul_add_scalar,
    .linear = linear,
    .linear_ext = linear_ext,
    .ext_mul = ext_mul,
    .ext_invert = ext_invert,
    .ext_fold = ext_fold,
    .ext_to_rows = ext_to_rows,
    .ntt_forward = ntt_forward,
    .ntt_forward_rows = ntt_forward_rows,
    .ntt_residue = ntt_residue,
    .ntt_inverse = ntt_inverse,
    .bit_reverse = bit_reverse,
    .accumulate = accumulate,
    .combine_rows = combine_rows,
    .tile_to_columns = tile_to_columns,
    .columns_to_tile = columns_to_tile,
    .rows_to_bytes = rows_to_bytes,
    .permute = permute,
    .compress = compress,
    .trace = trace,
};
