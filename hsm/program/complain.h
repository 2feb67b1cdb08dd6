// How a command says that it failed.
#ifndef HSM_PROGRAM_COMPLAIN_H_
#define HSM_PROGRAM_COMPLAIN_H_

#include <iostream>

#include "hsm/worker/exit_status.h"
#include "proto/reason.h"
#include "proto/result.h"

namespace dkimkeeper {

// One line on standard error; returns the status that goes with it.
[[nodiscard]] inline int Complain(const Error& error) {
  std::cerr << "dkimkeeper-token: " << error.reason << ": " << error.message << '\n';
  return error.reason == reason::kBadOption || error.reason == reason::kBadKeyId ? kExitUsage
                                                                                 : kExitFailed;
}

}  // namespace dkimkeeper

#endif  // HSM_PROGRAM_COMPLAIN_H_
