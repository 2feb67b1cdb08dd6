#include "proto/base/process_hardening.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

tl::unexpected<Error> Refused(const std::string& what) {
  return Fail(Code::kInternal, reason::kInternal,
              "the kernel refused to " + what + ": " + std::generic_category().message(errno) +
                  "; check the sandbox that the process is started in");
}

}  // namespace

Outcome HardenProcess() {
  const rlimit none{.rlim_cur = 0, .rlim_max = 0};
  if (::setrlimit(RLIMIT_CORE, &none) != 0) return Refused("forbid core dumps (RLIMIT_CORE)");
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return Refused("forbid ptrace (PR_SET_DUMPABLE)");
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return Refused("forbid new privileges (PR_SET_NO_NEW_PRIVS)");
  }
  return {};
}

}  // namespace dkimkeeper
