#include "hsm/worker/confinement.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

// SoftHSM opens a few at a time, however many objects there are.
constexpr rlim_t kMostFiles = 1024;
constexpr rlim_t kLongestFile = rlim_t{1} << 30;

tl::unexpected<Error> Refused(const std::string& what) {
  return Fail(Code::kInternal, reason::kInternal,
              "The kernel refused to " + what + ": " + std::generic_category().message(errno) +
                  "; check the sandbox that the process is started in.");
}

bool Lower(__rlimit_resource resource, rlim_t most) {
  rlimit limit = {};
  if (getrlimit(resource, &limit) != 0) return false;
  limit.rlim_max = std::min(limit.rlim_max, most);
  limit.rlim_cur = std::min(limit.rlim_cur, most);
  return setrlimit(resource, &limit) == 0;
}

}  // namespace

Outcome ConfineProcess() {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return Refused("forbid new privileges (PR_SET_NO_NEW_PRIVS)");
  }
  if (!Lower(RLIMIT_CORE, 0)) return Refused("forbid core dumps (RLIMIT_CORE)");
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return Refused("forbid ptrace (PR_SET_DUMPABLE)");
  if (!Lower(RLIMIT_NOFILE, kMostFiles)) return Refused("limit open files (RLIMIT_NOFILE)");
  if (!Lower(RLIMIT_FSIZE, kLongestFile)) return Refused("limit files (RLIMIT_FSIZE)");
  return {};
}

void CloseDescriptorsFrom(unsigned first) { static_cast<void>(close_range(first, ~0U, 0)); }

}  // namespace dkimkeeper
