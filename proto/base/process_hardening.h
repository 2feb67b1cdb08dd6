// What every process of DKIM Keeper forbids itself.
#ifndef PROTO_BASE_PROCESS_HARDENING_H_
#define PROTO_BASE_PROCESS_HARDENING_H_

#include "proto/result.h"

namespace dkimkeeper {

// No core dumps (RLIMIT_CORE 0), no ptrace and no readable /proc/PID/mem for processes of the same
// user (PR_SET_DUMPABLE 0, prctl(2)), no gain of privileges by exec (PR_SET_NO_NEW_PRIVS).
// Irrevocable; children inherit all three, but exec makes a process dumpable again.
// INTERNAL: the kernel refused one of them.
[[nodiscard]] Outcome HardenProcess();

}  // namespace dkimkeeper

#endif  // PROTO_BASE_PROCESS_HARDENING_H_
