#ifndef WATTLEDGER_EXPORT_H
#define WATTLEDGER_EXPORT_H

// Exchanges two names of one file system in one step (renameat2, RENAME_EXCHANGE): Glibc's module
// does not show it. Returns 0, or -1 and errno.
int wattledger_exchange_names(const char *one, const char *other);

#endif
