// What dkimkeeper-token does: each command returns the status to exit with, and says on standard
// error why it failed.
#ifndef HSM_PROGRAM_COMMANDS_H_
#define HSM_PROGRAM_COMMANDS_H_

#include <filesystem>

#include "hsm/program/command_line.h"

namespace dkimkeeper {

// Serves until the daemon closes the socket; ends the process (hsm/worker/exit_status.h). Why it
// cannot start goes to the daemon, over the socket. `softhsm_config`: of SoftHSM, were it the
// module.
[[noreturn]] void Serve(const ServeLine& line, const std::filesystem::path& softhsm_config);

// These three, for one person at the custody host: 0, kExitFailed or kExitUsage.
[[nodiscard]] int InitToken(const InitLine& line);
[[nodiscard]] int Bench(const BenchLine& line);
[[nodiscard]] int ImportKey(const ImportLine& line);

}  // namespace dkimkeeper

#endif  // HSM_PROGRAM_COMMANDS_H_
