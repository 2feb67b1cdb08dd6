#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <string>

#include "hsm/pkcs11/open_pkcs11_token.h"
#include "hsm/program/commands.h"
#include "hsm/program/complain.h"
#include "hsm/program/rsa_calls.h"
#include "hsm/program/softhsm_guard.h"
#include "hsm/shared/destroy_ledger.h"
#include "hsm/shared/process_lock.h"
#include "hsm/worker/confinement.h"
#include "hsm/worker/worker_server.h"

namespace dkimkeeper {
namespace {

// Below what the daemon gives a worker to start (5 s): it should hear why there is none.
constexpr std::chrono::milliseconds kStartUpTime{2'000};
// After these the daemon replaces the worker, so they need not be rare.
constexpr std::chrono::milliseconds kLoginInterval{250};
constexpr std::chrono::milliseconds kReinitialiseInterval{500};

Outcome CheckDescriptors(const ServeLine& line) {
  for (const int descriptor : {line.socket, line.pin, line.shared}) {
    if (fcntl(descriptor, F_GETFD) != -1) continue;
    return Fail(Code::kInvalidArgument, reason::kBadOption,
                "descriptor " + std::to_string(descriptor) +
                    " is not open: `serve` is started by dkimkeeperd, not by hand.");
  }
  return {};
}

void GuardTokens(const ServeLine& line, const std::filesystem::path& softhsm_config) {
  const auto hold = ProcessLock(line.shared)
                        .Take(ProcessLock::Place::kStartUp, ProcessLock::Mode::kExclusive,
                              std::chrono::steady_clock::now() + kStartUpTime);
  if (hold) GuardSoftHsmTokens(softhsm_config);
}

// The sandbox first: the module is loaded inside it.
Result<std::unique_ptr<Token>> OpenToken(const ServeLine& line) {
  if (Outcome entered = EnterSandbox(line.sandbox); !entered) return Forward(entered);
  return OpenPkcs11Token({.name = line.name,
                          .module_path = line.token.module,
                          .token = {line.token.label, line.token.serial},
                          .pin = pkcs11::PinReference::Descriptor(line.pin),
                          .sessions = line.sessions,
                          .start_up_time = kStartUpTime,
                          .login_interval = kLoginInterval,
                          .reinitialise_interval = kReinitialiseInterval,
                          .shared_file = line.shared});
}

int StatusOf(const Error& error) {
  if (error.reason == reason::kBadOption) return kExitUsage;
  return error.reason == reason::kPinRefused ? kExitPinRefused : kExitStartFailed;
}

int StatusOf(WorkerServer::End end) {
  switch (end) {
    case WorkerServer::End::kEndOfFile:
      return kExitEndOfFile;
    case WorkerServer::End::kBadFrame:
      return kExitBadFrame;
    case WorkerServer::End::kPinRefused:
      return kExitPinRefused;
  }
  return kExitBadFrame;
}

// A destruction is told here, too, so that one that the daemon hides is seen.
void LogDestruction(const std::string& token, const KeyId& id) {
  const std::string line = "event=token.key_destroyed token=" + token + " key=" + id.ToHex() + "\n";
  static_cast<void>(!write(STDERR_FILENO, line.data(), line.size()));
}

}  // namespace

void Serve(const ServeLine& line, const std::filesystem::path& softhsm_config) {
  if (const Outcome open = CheckDescriptors(line); !open) _exit(Complain(open.error()));
  CloseDescriptorsFrom(static_cast<unsigned>(std::max({line.socket, line.pin, line.shared})) + 1);
  GuardTokens(line, softhsm_config);
  KeepRsaBlindings();
  const Result<std::unique_ptr<Token>> token = OpenToken(line);
  if (!token) {
    AnswerSink(line.socket).Send({0, token.error()});
    _exit(StatusOf(token.error()));
  }
  DestroyLedger ledger(line.shared, line.destroy_limit);
  WorkerServer server(
      **token, line.socket, line.sessions + 1,
      {.allow = [&](const KeyId& id) { return ledger.Allow(id, std::chrono::steady_clock::now()); },
       .done = [&](const KeyId& id) { LogDestruction(line.name, id); }});
  // At once: a thread inside the module may never come back, and nobody waits for its answer.
  _exit(StatusOf(server.WaitForEnd()));
}

}  // namespace dkimkeeper
