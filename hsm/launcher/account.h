// The accounts that the processes run under.
#ifndef HSM_LAUNCHER_ACCOUNT_H_
#define HSM_LAUNCHER_ACCOUNT_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "proto/result.h"

namespace dkimkeeper::launcher {

// An account of this host: a value.
struct Account {
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;  // all of them, `gid` included
};

// By its name or its number. INVALID_ARGUMENT/BAD_CONFIG: this host has no such account, or it is
// root's, which nothing holds back.
[[nodiscard]] Result<Account> FindAccount(const std::string& name_or_number);

// Gives up who this process is for `account`, all three user and group ids and the groups, and
// makes sure that there is no way back (setresuid(2)). Takes root. INTERNAL: the kernel refused;
// the process must end. Clears PR_SET_PDEATHSIG.
[[nodiscard]] Outcome BecomeAccount(const Account& account);

}  // namespace dkimkeeper::launcher

#endif  // HSM_LAUNCHER_ACCOUNT_H_
