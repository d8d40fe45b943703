#include <lmdb.h>
#include <sys/types.h>

/* From <fcntl.h>, which shows it only with _GNU_SOURCE. */
extern int fallocate(int descriptor, int mode, off_t offset, off_t length);

/* Gives a file disk space without changing its length (FALLOC_FL_KEEP_SIZE). */
static inline int wattledger_reserve_space(int descriptor, off_t offset, off_t length) {
  return fallocate(descriptor, 1, offset, length);
}
