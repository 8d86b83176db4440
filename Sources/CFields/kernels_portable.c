// SPDX-License-Identifier: Apache-2.0
// The kernels in plain C.
#include "vector_portable.h"
#define FIELDS_TABLE fields_kernels_portable
#include "template_all.h"
