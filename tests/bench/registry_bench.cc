// What one change costs in a large registry: Registry::Update, from the decision to the published
// picture, over a store in memory.
//
//   registry_bench [DOMAINS]      (default 10000, one key and one grant each)
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "server/store/registry.h"
#include "tests/fakes/memory_store.h"
#include "tests/fakes/sample_keys.h"

namespace dkimkeeper {
namespace {

using sample::Minute;

Key KeyNumber(int number) {
  return sample::ActiveKeyOf("d" + std::to_string(number) + ".example", "s1");
}

void Fill(KeyStore& store, int domains) {
  std::vector<Change> changes;
  for (int number = 0; number < domains; ++number) {
    const Key key = KeyNumber(number);
    changes.emplace_back(
        PutDomain{{.domain = key.domain, .senders = {Sender::Default()}, .created_at = Minute(0)}});
    changes.emplace_back(PutKey{key});
    changes.emplace_back(
        PutGrant{{sample::IdentityOf("dns:mx" + std::to_string(number % 10) + ".example"),
                  Verb::kSign, Scope::AllOf(key.domain)}});
  }
  (void)store.Commit(0, changes, {}, Minute(0)).value();
}

void Run(int domains) {
  MemoryStore store;
  Fill(store, domains);
  const auto registry = Registry::Open(store, {}).value();
  std::vector<double> milliseconds;
  for (int round = 0; round < 100; ++round) {
    Key key = KeyNumber(round * 97 % domains);
    key.proof_renewed_at = Minute(round);
    const auto begun = std::chrono::steady_clock::now();
    const auto updated = registry->Update(
        Minute(0), [&](const View&) -> Result<Decision> { return Decision{{PutKey{key}}, ""}; });
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begun;
    if (!updated) std::abort();
    milliseconds.push_back(took.count());
  }
  std::ranges::sort(milliseconds);
  std::printf("%d domains and keys: an update takes %.3f ms (median), %.3f ms (9 of 10)\n", domains,
              milliseconds[milliseconds.size() / 2], milliseconds[milliseconds.size() * 9 / 10]);
}

}  // namespace
}  // namespace dkimkeeper

int main(int argc, char** argv) {                           // NOLINT(bugprone-exception-escape)
  dkimkeeper::Run(argc > 1 ? std::atoi(argv[1]) : 10'000);  // NOLINT(cert-err34-c)
}
