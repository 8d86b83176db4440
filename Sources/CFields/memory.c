// SPDX-License-Identifier: Apache-2.0
// Aligned, zeroed memory. Large blocks come from the system page by page, zeroed at the first touch
// by the thread that touches, and ask for huge pages: a transform walks them with strides that
// would otherwise miss the TLB at every row.
#define _DEFAULT_SOURCE
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#if defined(__linux__)
#include <pthread.h>
#include <sys/mman.h>
#endif

#include "include/CFields.h"

#define FIELDS_BORDER ((size_t)64)

static size_t rounded(size_t bytes, size_t border) {
    return (bytes + border - 1) / border * border;
}

#if defined(__linux__)
#define FIELDS_HUGE ((size_t)2 << 20)

// A power of two, so that blocks of nearly one size can stand in for each other: addresses that nobody touches
// take no memory.
static size_t room_for(size_t bytes) {
    size_t room = FIELDS_HUGE;
    while (room < bytes) room *= 2;
    return room;
}

// Takes a huge page more than asked and gives back what lies outside the borders.
static void *allocate_pages(size_t room) {
    char *start =
        mmap(NULL, room + FIELDS_HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED) return NULL;
    size_t before = rounded((uintptr_t)start, FIELDS_HUGE) - (uintptr_t)start;
    if (before > 0) munmap(start, before);
    if (before < FIELDS_HUGE) munmap(start + before + room, FIELDS_HUGE - before);
    madvise(start + before, room, MADV_HUGEPAGE);
    return start + before;
}

// Blocks that were released while somebody keeps them: a page that is new to the process costs as much as a
// transform over it, and a proof takes and releases blocks of the same few sizes again and again.
#define FIELDS_KEPT 64
#define FIELDS_MOST_KEPT ((size_t)256 << 20)
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct { void *memory; size_t room; } kept[FIELDS_KEPT];
static size_t kept_count, kept_bytes, keepers;

// A kept block of exactly that size, or NULL.
static void *take_kept(size_t room) {
    void *memory = NULL;
    pthread_mutex_lock(&lock);
    for (size_t i = kept_count; i-- > 0 && !memory;) {
        if (kept[i].room != room) continue;
        memory = kept[i].memory;
        kept[i] = kept[--kept_count];
        kept_bytes -= room;
    }
    pthread_mutex_unlock(&lock);
    return memory;
}

static int keep(void *memory, size_t room) {
    pthread_mutex_lock(&lock);
    int is_kept = keepers > 0 && kept_count < FIELDS_KEPT && room <= FIELDS_MOST_KEPT - kept_bytes;
    if (is_kept) {
        kept[kept_count].memory = memory;
        kept[kept_count++].room = room;
        kept_bytes += room;
    }
    pthread_mutex_unlock(&lock);
    return is_kept;
}
#endif

void fields_begin_keeping(void) {
#if defined(__linux__)
    pthread_mutex_lock(&lock);
    keepers++;
    pthread_mutex_unlock(&lock);
#endif
}

void fields_end_keeping(void) {
#if defined(__linux__)
    pthread_mutex_lock(&lock);
    if (--keepers == 0) {
        while (kept_count > 0) {
            kept_count--;
            munmap(kept[kept_count].memory, kept[kept_count].room);
        }
        kept_bytes = 0;
    }
    pthread_mutex_unlock(&lock);
#endif
}

void *fields_allocate(size_t bytes) {
    if (bytes == 0 || bytes > SIZE_MAX / 2) return NULL;
#if defined(__linux__)
    if (bytes >= FIELDS_HUGE) {
        size_t room = room_for(bytes);
        void *memory = take_kept(room);
        return memory ? memset(memory, 0, bytes) : allocate_pages(room);
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
        size_t room = room_for(bytes);
        if (!keep(memory, room)) munmap(memory, room);
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
