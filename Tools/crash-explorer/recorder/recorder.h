/* What the parts of the recorder share. It is loaded into a program with LD_PRELOAD. */
#ifndef RECORDER_H
#define RECORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A record of the trace: this header, little-endian, then the first path, the second path, the
   bytes. `Trace.swift` reads it. */
struct trace_header {
  uint8_t operation;
  uint8_t is_synced; /* the write was made through O_DSYNC or O_SYNC */
  uint16_t path_length;
  uint16_t other_path_length;
  uint16_t unused;
  uint64_t inode;
  uint64_t offset; /* of a write; a length for truncation; a count for acknowledgements and calls */
  uint64_t length; /* of the bytes behind the paths */
};

enum operation {
  OPERATION_ROOT = 1,       /* the directory that is watched: inode, path */
  OPERATION_CREATE = 2,     /* a new file: inode, path */
  OPERATION_MAKE_DIRECTORY = 3,
  OPERATION_WRITE = 4,      /* inode, offset, bytes */
  OPERATION_TRUNCATE = 5,   /* inode, new length in `offset` */
  OPERATION_SYNC = 6,       /* inode: all of its content, or of its names if it is a directory */
  OPERATION_RENAME = 7,     /* path, other path */
  OPERATION_UNLINK = 8,     /* path */
  OPERATION_REMOVE_DIRECTORY = 9,
  OPERATION_LINK = 10,      /* path, other path */
  OPERATION_MAP = 11,       /* inode: from now on it may change without a call */
  OPERATION_ACKNOWLEDGE = 12, /* path of the environment; events committed in `offset` */
  OPERATION_CALLS = 13,     /* at exit: calls that the fault could have hit, in `offset` */
  OPERATION_OUTPUT = 14,    /* bytes that went to standard output */
};

/* Calls by what can go wrong in them. */
enum call {
  CALL_OPEN,
  CALL_CREATE,
  CALL_READ,
  CALL_WRITE,
  CALL_SYNC,
  CALL_NAME,
  CALL_LOCK,
  CALL_LOOK,
};

/* recorder.c: what is being watched. */
bool recorder_is_watched_path(const char *path);
bool recorder_is_watched(int descriptor);
void recorder_track(int descriptor, const char *path, int flags, bool is_new);
void recorder_track_copy(int descriptor, int original);
void recorder_forget(int descriptor);
void recorder_lock(void);
void recorder_unlock(void);
void recorder_write_named(enum operation operation, const char *path, const char *other_path);
void recorder_write_content(enum operation operation, int descriptor, uint64_t offset,
                            const void *bytes, size_t length);
void recorder_write_acknowledgement(const char *path, uint64_t events);
void recorder_write_calls(uint64_t calls);
void recorder_write_output(const void *bytes, size_t length);

/* faults.c: whether this call is the one to fail. Sets errno and returns true. */
bool fault_hits(enum call call);
/* The length that a read or write may have: less than `length` if this one is to be cut short. */
size_t fault_length(enum call call, size_t length);

/* The function of that name behind ours. */
void *recorder_next(const char *name);
#define NEXT(name) \
  static __typeof__(&name) next; \
  if (!next) next = (__typeof__(&name))recorder_next(#name)

#endif
