// What a worker forbids itself before it loads a vendor's module.
#ifndef HSM_WORKER_SANDBOX_H_
#define HSM_WORKER_SANDBOX_H_

#include <cstdint>
#include <string>
#include <vector>

#include "proto/result.h"

namespace dkimkeeper {

enum class SandboxKind : std::uint8_t {
  kStrict,   // files, memory, threads, time: a module in this process, such as SoftHSM
  kNetwork,  // and sockets: a module that talks to a service or a device over the network
  kOff,      // no filter; the module decides
};

struct SandboxOptions {
  SandboxKind kind = SandboxKind::kStrict;
  std::vector<std::string> allow = {};  // further system calls, by name
};

// Allows the process the system calls of an allow-list (seccomp(2)), for all its threads, for ever.
// Another call ends the process with kExitSandbox, and a line on standard error that names the call
// and says what to do. There is no execve, no fork, no ptrace and no kill of others in any list.
//
// INVALID_ARGUMENT/BAD_OPTION: `allow` names what is no system call. INTERNAL: the kernel refuses.
// Signal dispositions and threads belong to the process: call it once, early.
[[nodiscard]] Outcome EnterSandbox(const SandboxOptions& options);

}  // namespace dkimkeeper

#endif  // HSM_WORKER_SANDBOX_H_
