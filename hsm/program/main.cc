// dkimkeeper-token: everything that touches a PKCS#11 module, in a process of its own.
#include <csignal>
#include <cstdlib>
#include <variant>

#include "hsm/program/commands.h"
#include "hsm/program/complain.h"
#include "hsm/worker/confinement.h"

namespace dkimkeeper {
namespace {

constexpr const char* kSoftHsmConfig = "/etc/softhsm/softhsm2.conf";

int Run(const ServeLine& line) {
  const char* config = std::getenv("SOFTHSM2_CONF");
  Serve(line, config == nullptr ? kSoftHsmConfig : config);
}
int Run(const InitLine& line) { return InitToken(line); }
int Run(const BenchLine& line) { return Bench(line); }
int Run(const ImportLine& line) { return ImportKey(line); }
int Run(const ExitNow& exit) { return exit.code; }

}  // namespace
}  // namespace dkimkeeper

// What is thrown as far as here is a bug or the end of memory: it aborts.
int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape)
  using namespace dkimkeeper;
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));  // who reads our lines may go before us
  const CommandLine line = ParseCommandLine(argc, argv);
  if (const Outcome confined = ConfineProcess(); !confined) return Complain(confined.error());
  return std::visit([](const auto& command) { return Run(command); }, line);
}
