#ifndef WATTLEDGER_SYSTEM_CALLS_H
#define WATTLEDGER_SYSTEM_CALLS_H

#include <sys/types.h>

/* Swift hides fork(), as a process with threads must not use it. The explorer has one thread. */
pid_t wattledger_fork(void);

/* Large memory that is freed goes back to the system, which hands it out zeroed, instead of being
   zeroed by calloc each time: LMDB asks for 2 MB of which it uses little whenever it is opened. */
void wattledger_return_large_memory(void);

/* Removes a directory and all that is in it. */
void wattledger_remove_tree(const char *path);

#endif
