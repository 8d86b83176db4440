// SPDX-License-Identifier: Apache-2.0
// Aligned, zeroed memory. Large blocks come from the system page by page, zeroed at the first touch
// by the thread that touches, and ask for huge pages: a transform walks them with strides that
// would otherwise miss the TLB at every row. While somebody holds them, pieces that are released are kept for
// the next who asks: to zero them costs a tenth of what new pages do, or, in a virtual machine, a hundredth.
#define _DEFAULT_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

#include "include/CFields.h"
#include "koalabear.h"

#define FIELDS_BORDER ((size_t)64)

static size_t rounded(size_t bytes, size_t border) {
    return (bytes + border - 1) / border * border;
}

#if defined(__linux__)
#define FIELDS_HUGE ((size_t)2 << 20)

typedef struct {
    char *start;
    size_t bytes;
} Piece;

// What was released while somebody held it. Pieces that find no place are given back.
enum { FIELDS_PIECES = 256 };
static pthread_mutex_t kept_lock = PTHREAD_MUTEX_INITIALIZER;
static Piece kept[FIELDS_PIECES];
static size_t kept_count, holders;

// The smallest piece that suffices, or the beginning of it; NULL when there is none.
static char *take_kept(size_t room) {
    char *start = NULL;
    pthread_mutex_lock(&kept_lock);
    size_t best = kept_count;
    for (size_t i = 0; i < kept_count; i++)
        if (kept[i].bytes >= room && (best == kept_count || kept[i].bytes < kept[best].bytes))
            best = i;
    if (best < kept_count) {
        start = kept[best].start;
        kept[best].start += room, kept[best].bytes -= room;
        if (kept[best].bytes == 0) kept[best] = kept[--kept_count];
    }
    pthread_mutex_unlock(&kept_lock);
    return start;
}

// Whether a piece was kept, joined to its neighbours.
static int keep(char *start, size_t bytes) {
    pthread_mutex_lock(&kept_lock);
    int isKept = holders > 0;
    for (size_t i = 0; isKept && i < kept_count;) {
        Piece other = kept[i];
        if (other.start + other.bytes != start && start + bytes != other.start) {
            i++;
            continue;
        }
        start = other.start < start ? other.start : start, bytes += other.bytes;
        kept[i] = kept[--kept_count];
        i = 0;
    }
    if (isKept && kept_count < FIELDS_PIECES)
        kept[kept_count++] = (Piece){start, bytes};
    else if (isKept)
        munmap(start, bytes);
    pthread_mutex_unlock(&kept_lock);
    return isKept;
}

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
    if (bytes >= FIELDS_HUGE) {
        char *start = take_kept(rounded(bytes, FIELDS_HUGE));
        return start != NULL ? memset(start, 0, bytes) : allocate_pages(bytes);
    }
#endif
    void *memory = NULL;
    size_t room = rounded(bytes, FIELDS_BORDER);
    if (posix_memalign(&memory, FIELDS_BORDER, room) != 0) return NULL;
    return memset(memory, 0, room);
}

void fields_release(void *memory, size_t bytes) {
#if defined(__linux__)
    if (bytes >= FIELDS_HUGE) {
        size_t room = rounded(bytes, FIELDS_HUGE);
        if (!keep(memory, room)) munmap(memory, room);
        return;
    }
#endif
    (void)bytes;
    free(memory);
}

void fields_hold_memory(void) {
#if defined(__linux__)
    pthread_mutex_lock(&kept_lock);
    holders++;
    pthread_mutex_unlock(&kept_lock);
#endif
}

void fields_give_memory_back(void) {
#if defined(__linux__)
    pthread_mutex_lock(&kept_lock);
    if (holders > 0 && --holders == 0) {
        for (size_t i = 0; i < kept_count; i++) munmap(kept[i].start, kept[i].bytes);
        kept_count = 0;
    }
    pthread_mutex_unlock(&kept_lock);
#endif
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

void fields_running_sum(uint32_t *tiles, size_t tile_words, size_t first, unsigned log, size_t rows,
                        uint32_t total[5]) {
    enum { AHEAD = 16 };
    uint32_t *cells[5];
    for (size_t c = 0; c < 5; c++) {
        cells[c] = tiles + (first + c) / 16 * tile_words + (first + c) % 16;
        total[c] = 0;
    }
    for (size_t i = 0; i < rows; i++) {
        size_t row = (size_t)(__builtin_bitreverse64(i) >> (64 - log));
        // Rows jump all over the tile: ask for them early.
        size_t ahead = (size_t)(__builtin_bitreverse64(i + AHEAD) >> (64 - log));
        if (i + AHEAD < rows) __builtin_prefetch(cells[0] + 16 * ahead, 1);
        for (int c = 0; c < 5; c++) {
            uint32_t *cell = cells[c] + 16 * row, here = *cell;
            *cell = total[c], total[c] = kb_add(total[c], here);
        }
    }
}
