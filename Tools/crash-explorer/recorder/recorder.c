/* Writes down what a program does to the files below one directory.

   WATTLEDGER_TRACE_ROOT  the directory, absolute; nothing is done without it
   WATTLEDGER_TRACE       the file that the records are appended to

   calls.c and names.c intercept the calls. A call and its record happen under one lock, so that the
   order of the records is the order of the calls. Several processes may append to one trace, one
   after the other. */
#define _GNU_SOURCE
#include "recorder.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { MAX_DESCRIPTORS = 4096, MAX_PATH = 4096 };

/* What an open descriptor leads to; inode 0 if it is none of our business. */
static struct {
  uint64_t inode;
  bool is_synced;
} descriptors[MAX_DESCRIPTORS];

static pthread_mutex_t mutex = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static const char *root;
static size_t root_length;
static int trace = -1;

void *recorder_next(const char *name) {
  void *function = dlsym(RTLD_NEXT, name);
  if (!function) {
    dprintf(2, "recorder: there is no %s\n", name);
    _exit(99);
  }
  return function;
}

void recorder_lock(void) { pthread_mutex_lock(&mutex); }
void recorder_unlock(void) { pthread_mutex_unlock(&mutex); }

static bool is_below_root(const char *absolute) {
  return root && strncmp(absolute, root, root_length) == 0 &&
         (absolute[root_length] == '/' || absolute[root_length] == 0);
}

/* Paths of the recorded programs are absolute, or relative to the directory they run in. */
static const char *absolute(const char *path, char buffer[MAX_PATH]) {
  if (path[0] == '/') return path;
  char here[MAX_PATH];
  if (!getcwd(here, sizeof here)) return path;
  if (snprintf(buffer, MAX_PATH, "%s/%s", here, path) >= MAX_PATH) return path;
  return buffer;
}

bool recorder_is_watched_path(const char *path) {
  char buffer[MAX_PATH];
  return root && path && is_below_root(absolute(path, buffer));
}

bool recorder_is_watched(int descriptor) {
  return descriptor >= 0 && descriptor < MAX_DESCRIPTORS && descriptors[descriptor].inode != 0;
}

/* One call for one record: processes that share the trace do not mix theirs. */
static void put(struct trace_header *header, const char *path, const char *other_path,
                const void *bytes) {
  if (trace < 0) return;
  int saved = errno;
  char buffers[2][MAX_PATH];
  if (path) path = absolute(path, buffers[0]);
  if (other_path) other_path = absolute(other_path, buffers[1]);
  header->path_length = path ? strlen(path) : 0;
  header->other_path_length = other_path ? strlen(other_path) : 0;
  struct iovec parts[4] = {
      {header, sizeof *header},
      {(void *)path, header->path_length},
      {(void *)other_path, header->other_path_length},
      {(void *)bytes, header->length},
  };
  ssize_t expected = 0;
  for (int part = 0; part < 4; part++) expected += parts[part].iov_len;
  if (syscall(SYS_writev, trace, parts, 4) != expected) {
    dprintf(2, "recorder: cannot write the trace\n");
    _exit(99);
  }
  errno = saved;
}

static uint64_t inode_of(const char *path) {
  struct stat status;
  long result = syscall(SYS_newfstatat, AT_FDCWD, path, &status, AT_SYMLINK_NOFOLLOW);
  return result == 0 ? status.st_ino : 0;
}

void recorder_write_named(enum operation operation, const char *path, const char *other_path) {
  struct trace_header header = {.operation = operation};
  bool is_new = operation == OPERATION_CREATE || operation == OPERATION_MAKE_DIRECTORY;
  if (is_new) header.inode = inode_of(path);
  put(&header, path, other_path, NULL);
}

void recorder_write_content(enum operation operation, int descriptor, uint64_t offset,
                            const void *bytes, size_t length) {
  struct trace_header header = {
      .operation = operation, .is_synced = descriptors[descriptor].is_synced,
      .inode = descriptors[descriptor].inode, .offset = offset, .length = length};
  put(&header, NULL, NULL, bytes);
}

void recorder_write_acknowledgement(const char *path, uint64_t events) {
  struct trace_header header = {.operation = OPERATION_ACKNOWLEDGE, .offset = events};
  put(&header, path, NULL, NULL);
}

void recorder_write_output(const void *bytes, size_t length) {
  struct trace_header header = {.operation = OPERATION_OUTPUT, .length = length};
  put(&header, NULL, NULL, bytes);
}

void recorder_write_calls(uint64_t calls) {
  struct trace_header header = {.operation = OPERATION_CALLS, .offset = calls};
  put(&header, NULL, NULL, NULL);
}

void recorder_track(int descriptor, const char *path, int flags, bool is_new) {
  struct stat status;
  if (descriptor < 0 || descriptor >= MAX_DESCRIPTORS || !recorder_is_watched_path(path)) return;
  if (syscall(SYS_fstat, descriptor, &status) != 0) return;
  descriptors[descriptor].inode = status.st_ino;
  descriptors[descriptor].is_synced = (flags & O_DSYNC) != 0; /* O_SYNC contains it */
  if (is_new) {
    recorder_write_named(OPERATION_CREATE, path, NULL);
  } else if ((flags & O_TRUNC) && (flags & O_ACCMODE) != O_RDONLY) {
    recorder_write_content(OPERATION_TRUNCATE, descriptor, 0, NULL, 0);
  }
}

void recorder_track_copy(int descriptor, int original) {
  if (descriptor >= 0 && descriptor < MAX_DESCRIPTORS && recorder_is_watched(original)) {
    descriptors[descriptor] = descriptors[original];
  }
}

void recorder_forget(int descriptor) {
  if (descriptor >= 0 && descriptor < MAX_DESCRIPTORS) descriptors[descriptor].inode = 0;
}

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("WATTLEDGER_TRACE");
  root = getenv("WATTLEDGER_TRACE_ROOT");
  if (!root) return;
  root_length = strlen(root);
  if (path) {
    trace = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (trace < 0) _exit(99);
  }
  struct trace_header header = {.operation = OPERATION_ROOT, .inode = inode_of(root)};
  put(&header, root, NULL, NULL);
}
