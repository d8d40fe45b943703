/* The calls of the C library that concern open files. Each asks whether it is the one to fail,
   makes the real call, and writes down what was done. */
#define _GNU_SOURCE
#include "recorder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static bool is_there(const char *path) {
  return syscall(SYS_faccessat, AT_FDCWD, path, F_OK) == 0;
}

/* MARK: Opening and closing */

static int open_watched(const char *path, int flags, mode_t mode) {
  NEXT(open);
  if (!recorder_is_watched_path(path)) return next(path, flags, mode);
  if (fault_hits(flags & O_CREAT ? CALL_CREATE : CALL_OPEN)) return -1;
  recorder_lock();
  bool is_new = (flags & O_CREAT) && !is_there(path);
  int descriptor = next(path, flags, mode);
  recorder_track(descriptor, path, flags, is_new);
  recorder_unlock();
  return descriptor;
}

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    va_list rest; \
    va_start(rest, flags); \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
    va_end(rest); \
    return open_watched(path, flags, mode); \
  }
OPEN(open)
OPEN(open64)

int creat(const char *path, mode_t mode) {
  return open_watched(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

int mkstemp(char *path) {
  NEXT(mkstemp);
  if (!recorder_is_watched_path(path)) return next(path);
  if (fault_hits(CALL_CREATE)) return -1;
  recorder_lock();
  int descriptor = next(path);
  recorder_track(descriptor, path, O_RDWR, true);
  recorder_unlock();
  return descriptor;
}

int close(int descriptor) {
  NEXT(close);
  recorder_lock();
  recorder_forget(descriptor);
  int result = next(descriptor);
  recorder_unlock();
  return result;
}

#define COPY(name, parameters, arguments) \
  int name parameters { \
    NEXT(name); \
    recorder_lock(); \
    int descriptor = next arguments; \
    recorder_track_copy(descriptor, original); \
    recorder_unlock(); \
    return descriptor; \
  }
COPY(dup, (int original), (original))
COPY(dup2, (int original, int wanted), (original, wanted))

/* MARK: Reading and looking */

ssize_t read(int descriptor, void *bytes, size_t length) {
  NEXT(read);
  if (!recorder_is_watched(descriptor)) return next(descriptor, bytes, length);
  if (fault_hits(CALL_READ)) return -1;
  return next(descriptor, bytes, fault_length(CALL_READ, length));
}

static ssize_t pread_watched(int descriptor, void *bytes, size_t length, off_t offset) {
  NEXT(pread);
  if (!recorder_is_watched(descriptor)) return next(descriptor, bytes, length, offset);
  if (fault_hits(CALL_READ)) return -1;
  return next(descriptor, bytes, fault_length(CALL_READ, length), offset);
}
ssize_t pread(int d, void *b, size_t n, off_t o) { return pread_watched(d, b, n, o); }
ssize_t pread64(int d, void *b, size_t n, off_t o) { return pread_watched(d, b, n, o); }

int stat(const char *path, struct stat *status) {
  NEXT(stat);
  if (recorder_is_watched_path(path) && fault_hits(CALL_LOOK)) return -1;
  return next(path, status);
}

int lstat(const char *path, struct stat *status) {
  NEXT(lstat);
  if (recorder_is_watched_path(path) && fault_hits(CALL_LOOK)) return -1;
  return next(path, status);
}

int fstat(int descriptor, struct stat *status) {
  NEXT(fstat);
  if (recorder_is_watched(descriptor) && fault_hits(CALL_LOOK)) return -1;
  return next(descriptor, status);
}

int access(const char *path, int mode) {
  NEXT(access);
  if (recorder_is_watched_path(path) && fault_hits(CALL_LOOK)) return -1;
  return next(path, mode);
}

DIR *opendir(const char *path) {
  NEXT(opendir);
  if (recorder_is_watched_path(path) && fault_hits(CALL_OPEN)) return NULL;
  return next(path);
}

int flock(int descriptor, int operation) {
  NEXT(flock);
  if (recorder_is_watched(descriptor) && fault_hits(CALL_LOCK)) return -1;
  return next(descriptor, operation);
}

/* MARK: Content */

static uint64_t place_of(int descriptor, ssize_t written) {
  return lseek(descriptor, 0, SEEK_CUR) - written;
}

/* What a program says is a promise: it is written down before anybody can have read it. */
static ssize_t say(ssize_t (*next)(int, const void *, size_t), const void *bytes, size_t length) {
  recorder_lock();
  recorder_write_output(bytes, length);
  ssize_t written = next(STDOUT_FILENO, bytes, length);
  recorder_unlock();
  return written;
}

ssize_t write(int descriptor, const void *bytes, size_t length) {
  NEXT(write);
  if (descriptor == STDOUT_FILENO) return say(next, bytes, length);
  if (!recorder_is_watched(descriptor)) return next(descriptor, bytes, length);
  if (fault_hits(CALL_WRITE)) return -1;
  length = fault_length(CALL_WRITE, length);
  recorder_lock();
  ssize_t written = next(descriptor, bytes, length);
  if (written > 0) {
    off_t offset = place_of(descriptor, written);
    recorder_write_content(OPERATION_WRITE, descriptor, offset, bytes, written);
  }
  recorder_unlock();
  return written;
}

static ssize_t pwrite_watched(int descriptor, const void *bytes, size_t length, off_t offset) {
  NEXT(pwrite);
  if (!recorder_is_watched(descriptor)) return next(descriptor, bytes, length, offset);
  if (fault_hits(CALL_WRITE)) return -1;
  length = fault_length(CALL_WRITE, length);
  recorder_lock();
  ssize_t written = next(descriptor, bytes, length, offset);
  if (written > 0) recorder_write_content(OPERATION_WRITE, descriptor, offset, bytes, written);
  recorder_unlock();
  return written;
}
ssize_t pwrite(int d, const void *b, size_t n, off_t o) { return pwrite_watched(d, b, n, o); }
ssize_t pwrite64(int d, const void *b, size_t n, off_t o) { return pwrite_watched(d, b, n, o); }

static void record_parts(int descriptor, const struct iovec *parts, int count, uint64_t offset,
                         ssize_t written) {
  for (int part = 0; part < count && written > 0; part++) {
    size_t length = parts[part].iov_len < (size_t)written ? parts[part].iov_len : (size_t)written;
    recorder_write_content(OPERATION_WRITE, descriptor, offset, parts[part].iov_base, length);
    offset += length;
    written -= length;
  }
}

/* A short vector write stops after half of its parts, or in the middle of its only one. */
ssize_t writev(int descriptor, const struct iovec *parts, int count) {
  NEXT(writev);
  if (!recorder_is_watched(descriptor)) return next(descriptor, parts, count);
  if (fault_hits(CALL_WRITE)) return -1;
  struct iovec half = {parts[0].iov_base, fault_length(CALL_WRITE, parts[0].iov_len)};
  recorder_lock();
  bool is_short = count > 0 && half.iov_len < parts[0].iov_len;
  ssize_t written = is_short && count > 1 ? next(descriptor, parts, count / 2)
                    : is_short            ? next(descriptor, &half, 1)
                                          : next(descriptor, parts, count);
  if (written > 0) {
    record_parts(descriptor, parts, count, place_of(descriptor, written), written);
  }
  recorder_unlock();
  return written;
}

ssize_t pwritev(int descriptor, const struct iovec *parts, int count, off_t offset) {
  NEXT(pwritev);
  if (!recorder_is_watched(descriptor)) return next(descriptor, parts, count, offset);
  if (fault_hits(CALL_WRITE)) return -1;
  recorder_lock();
  ssize_t written = next(descriptor, parts, count, offset);
  if (written > 0) record_parts(descriptor, parts, count, offset, written);
  recorder_unlock();
  return written;
}

static int truncate_watched(int descriptor, off_t length) {
  NEXT(ftruncate);
  if (!recorder_is_watched(descriptor)) return next(descriptor, length);
  if (fault_hits(CALL_WRITE)) return -1;
  recorder_lock();
  int result = next(descriptor, length);
  if (result == 0) recorder_write_content(OPERATION_TRUNCATE, descriptor, length, NULL, 0);
  recorder_unlock();
  return result;
}
int ftruncate(int descriptor, off_t length) { return truncate_watched(descriptor, length); }
int ftruncate64(int descriptor, off_t length) { return truncate_watched(descriptor, length); }

/* Only with FALLOC_FL_KEEP_SIZE, which changes nothing that a power cut could leave. */
int fallocate(int descriptor, int mode, off_t offset, off_t length) {
  NEXT(fallocate);
  if (recorder_is_watched(descriptor)) {
    if (fault_hits(CALL_WRITE)) return -1;
    if (mode != FALLOC_FL_KEEP_SIZE) abort();
  }
  return next(descriptor, mode, offset, length);
}

static int sync_watched(int descriptor, int (*next)(int)) {
  if (!recorder_is_watched(descriptor)) return next(descriptor);
  if (fault_hits(CALL_SYNC)) return -1;
  recorder_lock();
  int result = next(descriptor);
  if (result == 0) recorder_write_content(OPERATION_SYNC, descriptor, 0, NULL, 0);
  recorder_unlock();
  return result;
}

int fsync(int descriptor) {
  NEXT(fsync);
  return sync_watched(descriptor, next);
}

int fdatasync(int descriptor) {
  NEXT(fdatasync);
  return sync_watched(descriptor, next);
}

void *mmap(void *address, size_t length, int protection, int flags, int descriptor, off_t offset) {
  NEXT(mmap);
  if (!recorder_is_watched(descriptor)) {
    return next(address, length, protection, flags, descriptor, offset);
  }
  if (fault_hits(CALL_LOOK)) return MAP_FAILED;
  recorder_lock();
  void *map = next(address, length, protection, flags, descriptor, offset);
  if (map != MAP_FAILED && (flags & MAP_SHARED) && (protection & PROT_WRITE)) {
    recorder_write_content(OPERATION_MAP, descriptor, 0, NULL, 0);
  }
  recorder_unlock();
  return map;
}
