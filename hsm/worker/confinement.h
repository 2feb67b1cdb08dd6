// What every process that touches a token forbids itself, whatever its sandbox.
#ifndef HSM_WORKER_CONFINEMENT_H_
#define HSM_WORKER_CONFINEMENT_H_

#include "proto/result.h"

namespace dkimkeeper {

// No new privileges, no core dumps, no ptrace by processes of the same user (PR_SET_DUMPABLE,
// prctl(2)), few open files, no file beyond a gigabyte. Irrevocable. INTERNAL: the kernel refused.
[[nodiscard]] Outcome ConfineProcess();

// Closes every descriptor from `first` on: what whoever started us left open.
void CloseDescriptorsFrom(unsigned first);

}  // namespace dkimkeeper

#endif  // HSM_WORKER_CONFINEMENT_H_
