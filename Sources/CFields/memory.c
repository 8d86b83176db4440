// SPDX-License-Identifier: Apache-2.0
// Aligned, zeroed memory. Large blocks come from the system page by page, zeroed at the first touch
// by the thread that touches, and ask for huge pages: a transform walks them with strides that
// would otherwise miss the TLB at every row.
#define _DEFAULT_SOURCE
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

#include "include/CFields.h"

#define FIELDS_BORDER ((size_t)64)

static size_t rounded(size_t bytes, size_t border) {
    return (bytes + border - 1) / border * border;
}

#if defined(__linux__)
#define FIELDS_HUGE ((size_t)2 << 20)

// Takes a huge page more than asked and gives back what lies outside the borders.
static void *allocate_pages(size_t bytes) {
    size_t room = rounded(bytes, FIELDS_HUGE);
    char *start =
        mmap(NULL, room + FIELDS_HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED) return NULL;
    size_t before = rounded((uintptr_t)start, FIELDS_HUGE) - (uintptr_t)start;
    if (before > 0) munmap(start, before);
    if (before < FIELDS_HUGE) munmap(start + before + room, FIELDS_HUGE - before);
    madvise(start + before, room, MADV_HUGEPAGE);
    return start + before;
}
#endif

void *fields_allocate(size_t bytes) {
    if (bytes == 0 || bytes > SIZE_MAX / 2) return NULL;
#if defined(__linux__)
    if (bytes >= FIELDS_HUGE) return allocate_pages(bytes);
#endif
    void *memory = NULL;
    size_t room = rounded(bytes, FIELDS_BORDER);
    if (posix_memalign(&memory, FIELDS_BORDER, room) != 0) return NULL;
    return memset(memory, 0, room);
}

void fields_release(void *memory, size_t bytes) {
#if defined(__linux__)
    if (bytes >= FIELDS_HUGE) {
        munmap(memory, rounded(bytes, FIELDS_HUGE));
        return;
    }
#endif
    (void)bytes;
    free(memory);
}

void fields_columns_to_cells(uint32_t *tiles, size_t tile_words, size_t first, size_t columns,
                             const uint32_t *src, size_t stride, size_t rows) {
    // Tile by tile, so that a row's cells are written together.
    for (size_t c = 0; c < columns;) {
        size_t lane = (first + c) % 16, width = 16 - lane < columns - c ? 16 - lane : columns - c;
        uint32_t *out = tiles + (first + c) / 16 * tile_words + lane;
        const uint32_t *in = src + c * stride;
        for (size_t i = 0; i < rows; i++)
            for (size_t k = 0; k < width; k++) out[16 * i + k] = in[k * stride + i];
        c += width;
    }
}
