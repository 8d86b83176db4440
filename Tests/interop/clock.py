# SPDX-License-Identifier: Apache-2.0
"""A clock of the machine that can be put forward while a program runs: for what ends by itself after hours.

The program knows nothing of it. Its loader finds another `clock_gettime` before that of the C library, which adds as
many seconds as a file says. What measures how long something takes (`CLOCK_MONOTONIC`) goes on as it was. It is done
here, and not by libfaketime, as that one adds to a program's environment while it starts, and Swift then
finds no arguments.
"""
import os
import subprocess
import tempfile
import time

SOURCE = r"""
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile long *ahead;

__attribute__((constructor)) static void begin(void) {
    int file = open(getenv("CLOCK_AHEAD"), O_RDONLY);
    void *page = mmap(0, sizeof(long), PROT_READ, MAP_SHARED, file, 0);
    if (file < 0 || page == MAP_FAILED) _exit(99);
    ahead = page;
    close(file);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int failed = syscall(SYS_clock_gettime, clock, now);
    if (!failed && ahead && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += *ahead;
    return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec exact;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &exact)) return -1;
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *kept) {
    struct timespec exact;
    if (clock_gettime(CLOCK_REALTIME, &exact)) return -1;
    if (kept) *kept = exact.tv_sec;
    return exact.tv_sec;
}
"""


class Clock:
    """Right, until it is put forward. `environment` is for the program that shall go by it."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="dividend-clock-")
        source, library = self.folder.name + "/clock.c", self.folder.name + "/clock.so"
        self.file = self.folder.name + "/ahead"
        with open(source, "w") as file:
            file.write(SOURCE)
        # It comes with Swift, which links by it.
        subprocess.run(["clang", "-O1", "-shared", "-fPIC", "-o", library, source], check=True)
        self.put(0)
        self.environment = {"LD_PRELOAD": library, "CLOCK_AHEAD": self.file}

    def put(self, ahead):
        """Puts it so many seconds ahead of what it was at first."""
        self.ahead = ahead
        # In place: the program has the file mapped.
        with open(self.file, "r+b" if os.path.exists(self.file) else "wb") as file:
            file.write(ahead.to_bytes(8, "little", signed=True))

    def now(self):
        return int(time.time()) + self.ahead
