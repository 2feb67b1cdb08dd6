// SoftHSM's tokens outlive a process that dies in the middle of a login.
#ifndef HSM_PROGRAM_SOFTHSM_GUARD_H_
#define HSM_PROGRAM_SOFTHSM_GUARD_H_

#include <filesystem>

namespace dkimkeeper {

// SoftHSM 2.6.1 empties `token.object` at each C_Login and writes it anew: a process that is killed
// in between takes along what the token's keys are encrypted with. For each token below
// `directories.tokendir` of `config` (softhsm2.conf(5)) this keeps a copy of that file beside it,
// with the same rights, and puts the copy back where the file is empty.
//
// For one process at a time, while none of this service's logs in: with ProcessLock's kStartUp.
// What cannot be done is left as it is; the module then says what is wrong. A `config` that is not
// there, or of another module, does nothing.
void GuardSoftHsmTokens(const std::filesystem::path& config);

}  // namespace dkimkeeper

#endif  // HSM_PROGRAM_SOFTHSM_GUARD_H_
