#ifndef WATTLEDGER_SYSTEM_CALLS_H
#define WATTLEDGER_SYSTEM_CALLS_H

#include <sys/types.h>

/* Swift hides fork(), as a process with threads must not use it. The explorer has one thread. */
pid_t wattledger_fork(void);

/* A pipe that no other program inherits. */
int wattledger_pipe(int ends[2]);

/* Removes a directory and all that is in it. */
void wattledger_remove_tree(const char *path);

#endif
