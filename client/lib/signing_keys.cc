#include <algorithm>
#include <utility>

#include "dkimkeeper/client.h"

namespace dkimkeeper {
namespace {

// Whether `a` is the better one of two keys of one algorithm in their hand-over windows.
bool SignsLonger(const SigningKey& a, const SigningKey& b) {
  return a.signs_until_ms.value_or(0) > b.signs_until_ms.value_or(0);
}

}  // namespace

std::vector<SigningKey> SigningKeys::For(const Domain& domain, const Sender& sender) const {
  std::vector<SigningKey> lasting;
  std::vector<SigningKey> ending;
  for (const SigningKey& key : keys) {
    if (key.domain != domain || key.sender != sender) continue;
    std::vector<SigningKey>& chosen = key.signs_until_ms ? ending : lasting;
    const auto same = std::find_if(chosen.begin(), chosen.end(), [&](const SigningKey& other) {
      return other.algorithm == key.algorithm;
    });
    if (same == chosen.end()) {
      chosen.push_back(key);
    } else if (SignsLonger(key, *same)) {
      *same = key;
    }
  }
  return lasting.empty() ? ending : lasting;
}

}  // namespace dkimkeeper
