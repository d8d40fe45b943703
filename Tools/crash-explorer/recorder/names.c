/* The calls of the C library that concern names, and those that must not be made. */
#define _GNU_SOURCE
#include "recorder.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static bool is_named(const char *path, const char *other_path) {
  return recorder_is_watched_path(path) || (other_path && recorder_is_watched_path(other_path));
}

#define NAMED(type, name, operation, parameters, arguments, path, other_path) \
  type name parameters { \
    NEXT(name); \
    if (!is_named(path, other_path)) return next arguments; \
    if (fault_hits(CALL_NAME)) return (type)-1; \
    recorder_lock(); \
    type result = next arguments; \
    if (result == 0) recorder_write_named(operation, path, other_path); \
    recorder_unlock(); \
    return result; \
  }
NAMED(int, rename, OPERATION_RENAME, (const char *a, const char *b), (a, b), a, b)
NAMED(int, link, OPERATION_LINK, (const char *a, const char *b), (a, b), a, b)
NAMED(int, unlink, OPERATION_UNLINK, (const char *a), (a), a, NULL)
NAMED(int, rmdir, OPERATION_REMOVE_DIRECTORY, (const char *a), (a), a, NULL)
NAMED(int, mkdir, OPERATION_MAKE_DIRECTORY, (const char *a, mode_t mode), (a, mode), a, NULL)

char *mkdtemp(char *path) {
  NEXT(mkdtemp);
  if (!recorder_is_watched_path(path)) return next(path);
  if (fault_hits(CALL_NAME)) return NULL;
  recorder_lock();
  char *result = next(path);
  if (result) recorder_write_named(OPERATION_MAKE_DIRECTORY, path, NULL);
  recorder_unlock();
  return result;
}

/* What Wattledger and its libraries do not call below a ledger today. If that changes, the trace
   must not be silently incomplete. */
#define REFUSE(type, name, parameters, arguments, is_ours) \
  type name parameters { \
    NEXT(name); \
    if (is_ours) { \
      dprintf(2, "recorder: %s is not recorded\n", #name); \
      abort(); \
    } \
    return next arguments; \
  }
REFUSE(int, truncate, (const char *a, off_t n), (a, n), recorder_is_watched_path(a))
REFUSE(int, remove, (const char *a), (a), recorder_is_watched_path(a))
REFUSE(int, symlink, (const char *a, const char *b), (a, b), recorder_is_watched_path(b))
REFUSE(int, symlinkat, (const char *a, int d, const char *b), (a, d, b), true)
REFUSE(int, mkdirat, (int d, const char *a, mode_t mode), (d, a, mode), true)
REFUSE(int, linkat, (int d, const char *a, int e, const char *b, int f), (d, a, e, b, f), true)
REFUSE(int, renameat2, (int d, const char *a, int e, const char *b, unsigned f), (d, a, e, b, f),
       true)
REFUSE(int, posix_fallocate, (int d, off_t o, off_t n), (d, o, n), recorder_is_watched(d))
REFUSE(ssize_t, pwritev2, (int d, const struct iovec *v, int n, off_t o, int f), (d, v, n, o, f),
       recorder_is_watched(d))
REFUSE(int, renameat, (int d, const char *a, int e, const char *b), (d, a, e, b), true)
REFUSE(int, unlinkat, (int d, const char *a, int f), (d, a, f),
       recorder_is_watched(d) || recorder_is_watched_path(a))
REFUSE(ssize_t, copy_file_range, (int a, off_t *o, int b, off_t *p, size_t n, unsigned f),
       (a, o, b, p, n, f), recorder_is_watched(b))
REFUSE(ssize_t, sendfile, (int b, int a, off_t *o, size_t n), (b, a, o, n), recorder_is_watched(b))

/* Streams write inside of the C library, where nothing can be intercepted. */
static void refuse_stream(const char *name, const char *mode, bool is_ours) {
  if (mode[0] == 'r' || !is_ours) return;
  dprintf(2, "recorder: %s for writing is not recorded\n", name);
  abort();
}

#define STREAM(name, type, file, is_ours) \
  FILE *name(type file, const char *mode) { \
    NEXT(name); \
    refuse_stream(#name, mode, is_ours); \
    return next(file, mode); \
  }
STREAM(fopen, const char *, path, recorder_is_watched_path(path))
STREAM(fopen64, const char *, path, recorder_is_watched_path(path))
STREAM(fdopen, int, descriptor, recorder_is_watched(descriptor))

#define OPEN_AT(name) \
  int name(int directory, const char *path, int flags, ...) { \
    NEXT(name); \
    va_list rest; \
    va_start(rest, flags); \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
    va_end(rest); \
    bool is_ours = recorder_is_watched(directory) || recorder_is_watched_path(path); \
    refuse_stream(#name, (flags & O_ACCMODE) == O_RDONLY ? "r" : "w", is_ours); \
    return next(directory, path, flags, mode); \
  }
OPEN_AT(openat)
OPEN_AT(openat64)
