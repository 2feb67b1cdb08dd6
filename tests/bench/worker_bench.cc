// What the boundary between daemon and worker costs: CPU and latency of a signature by RemoteToken
// over real dkimkeeper-token processes, beside Pkcs11Token in this process, on one key of one
// throwaway SoftHSM token, in alternating rounds of one run.
//
//   worker_bench [SIGNATURES]      (default 4000 for each row)
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iostream>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "hsm/launcher/launcher_client.h"
#include "hsm/launcher/split_process.h"
#include "hsm/pkcs11/open_pkcs11_token.h"
#include "hsm/remote/remote_token.h"
#include "tests/fakes/softhsm_token_dir.h"
#include "tests/fakes/software_key.h"

namespace dkimkeeper {
namespace {

constexpr unsigned kRounds = 20;
constexpr unsigned kSessions = 4;

template <typename T>
T Must(Result<T> value) {
  if (!value) throw std::runtime_error(value.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*value);
}

Deadline Soon() { return std::chrono::steady_clock::now() + std::chrono::minutes(1); }

double MicrosecondsOf(clockid_t clock) {
  timespec now = {};
  if (clock_gettime(clock, &now) != 0) throw std::runtime_error("clock_gettime");
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

// The workers are the launcher's children, as this process is.
double WorkersCpu() {
  const std::string launcher = std::to_string(getppid());
  std::ifstream children("/proc/" + launcher + "/task/" + launcher + "/children");
  double sum = 0;
  for (pid_t child = 0; children >> child;) {
    clockid_t clock = 0;
    if (child != getpid() && clock_getcpuclockid(child, &clock) == 0) sum += MicrosecondsOf(clock);
  }
  return sum;
}

// What the signatures of one token cost, by round.
struct Costs {
  std::vector<double> own_cpu = {};  // µs a signature; of this process, the daemon
  std::vector<double> workers_cpu = {};
  std::vector<double> latency = {};  // µs, of every signature
  double seconds = 0;
};

double At(std::vector<double> values, double part) {
  const auto place =
      values.begin() + static_cast<std::ptrdiff_t>(part * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

void SignTimed(Token& token, const KeyId& key, unsigned signatures, std::vector<double>& latency) {
  const Sha256Digest digest = DigestOf("mail");
  for (unsigned i = 0; i < signatures; ++i) {
    const double begin = MicrosecondsOf(CLOCK_MONOTONIC);
    Must(token.Sign(key, digest, Soon()));
    latency.push_back(MicrosecondsOf(CLOCK_MONOTONIC) - begin);
  }
}

void Round(Token& token, const KeyId& key, unsigned callers, unsigned signatures, Costs& costs) {
  std::vector<std::vector<double>> latencies(callers);
  const double begin = MicrosecondsOf(CLOCK_MONOTONIC);
  const double own = MicrosecondsOf(CLOCK_PROCESS_CPUTIME_ID);
  const double workers = WorkersCpu();
  {
    std::vector<std::jthread> threads;
    for (std::vector<double>& latency : latencies) {
      threads.emplace_back([&] { SignTimed(token, key, signatures / callers, latency); });
    }
  }
  costs.own_cpu.push_back((MicrosecondsOf(CLOCK_PROCESS_CPUTIME_ID) - own) / signatures);
  costs.workers_cpu.push_back((WorkersCpu() - workers) / signatures);
  costs.seconds += (MicrosecondsOf(CLOCK_MONOTONIC) - begin) / 1e6;
  for (const auto& latency : latencies) {
    costs.latency.insert(costs.latency.end(), latency.begin(), latency.end());
  }
}

struct Contestant {
  const char* name;
  Token& token;
};

void Compare(const std::array<Contestant, 3>& contestants, const KeyId& key, Algorithm algorithm,
             unsigned callers, unsigned signatures) {
  const unsigned each = std::max(callers, signatures / kRounds / callers * callers);
  std::array<Costs, 3> costs;
  for (unsigned round = 0; round < kRounds; ++round) {
    for (std::size_t i = 0; i < contestants.size(); ++i) {
      Round(contestants[i].token, key, callers, each, costs[i]);
    }
  }
  const double base = At(costs[0].own_cpu, 0.5);
  for (std::size_t i = 0; i < contestants.size(); ++i) {
    const double own = At(costs[i].own_cpu, 0.5);
    const double workers = At(costs[i].workers_cpu, 0.5);
    std::printf("%-15s %7u  %-10s %8.1f %8.1f %8.1f %6.2f %8.0f %8.0f %9.0f\n",
                std::string(AlgorithmName(algorithm)).c_str(), callers, contestants[i].name, own,
                workers, own + workers, (own + workers) / base, At(costs[i].latency, 0.5),
                At(costs[i].latency, 0.99),
                static_cast<double>(costs[i].latency.size()) / costs[i].seconds);
  }
}

launcher::WorkerRecipe Recipe(const SoftHsmTokenDir& softhsm, const std::string& name,
                              unsigned workers) {
  return {.token = name,
          .program = KEEPER_TOKEN_PROGRAM,
          .arguments = {"serve", "--name=" + name, "--module=" + softhsm.module_path().string(),
                        "--label=" + softhsm.label(), "--sessions=" + std::to_string(kSessions),
                        "--socket-fd=3", "--pin-fd=4", "--ledger-fd=5", "--sandbox=strict"},
          .environment = {"SOFTHSM2_CONF=" + softhsm.config_file().string()},
          .pin_path = softhsm.pin_file(),
          .max_workers = workers};
}

// The daemon's part; the launcher is another process by now.
void Measure(const SoftHsmTokenDir& softhsm, launcher::LauncherLink link, unsigned signatures) {
  launcher::LauncherClient launcher(std::move(link), 2);
  RemoteToken one({.name = "one", .workers = 1, .sessions = kSessions}, launcher.SourceOf(0));
  RemoteToken two({.name = "two", .workers = 2, .sessions = kSessions}, launcher.SourceOf(1));
  Must(one.WaitUntilReady(Soon()));
  while (two.Info().ready_workers < 2) Must(two.CheckHealth(Soon()));
  const auto local = Must(OpenPkcs11Token({.name = "local",
                                           .module_path = softhsm.module_path(),
                                           .token = {.label = softhsm.label()},
                                           .pin = pkcs11::PinReference::File(softhsm.pin_file()),
                                           .sessions = kSessions}));
  std::printf("%-15s %7s  %-10s %8s %8s %8s %6s %8s %8s %9s\n", "", "callers", "", "own µs",
              "worker", "sum CPU", "ratio", "p50 µs", "p99 µs", "sig/s");
  for (const Algorithm algorithm : {Algorithm::kRsaSha256, Algorithm::kEd25519Sha256}) {
    const KeySpec spec{.id = KeyId::Random(), .algorithm = algorithm, .label = "dkim:bench:s"};
    Must(local->GenerateKeyPair(spec, Soon()));
    const std::array<Contestant, 3> contestants = {
        Contestant{"in process", *local}, {"1 worker", one}, {"2 workers", two}};
    // Once before: every worker finds the key.
    Costs unused;
    for (const auto& [name, token] : contestants) Round(token, spec.id, 16, 160, unused);
    for (const unsigned callers : {1U, 4U}) {
      Compare(contestants, spec.id, algorithm, callers, signatures);
    }
  }
}

}  // namespace
}  // namespace dkimkeeper

// What is thrown as far as here ends the bench.
int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape)
  using namespace dkimkeeper;
  const unsigned signatures =
      argc > 1 ? static_cast<unsigned>(std::atoi(argv[1])) : 4000;  // NOLINT(cert-err34-c)
  const SoftHsmTokenDir softhsm;
  auto link = launcher::SplitProcess(
      {.recipes = {Recipe(softhsm, "one", 1), Recipe(softhsm, "two", 2)},
       .state = softhsm.directory() / "launcher",
       .daemon = std::nullopt,
       .workers = std::nullopt,
       .harden = [] { return Outcome(); },
       .tell =
           [](bool trouble, std::string_view event, std::string_view, std::string_view what) {
             if (trouble) std::cerr << event << ": " << what << '\n';
           }});
  Measure(softhsm, Must(std::move(link)), signatures);
  return 0;
}
