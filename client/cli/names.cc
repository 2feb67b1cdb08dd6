#include "client/cli/names.h"

#include <algorithm>
#include <string_view>

#include "proto/dkim/algorithm.h"

namespace dkimkeeper {
namespace {

// `name` is the enumerator, empty for a number that it does not have.
std::string Short(const std::string& name, std::string_view prefix, int number) {
  return name.empty() ? std::to_string(number) : name.substr(prefix.size());
}

// States are written in capitals, as the life cycle has them; all else as people say it.
std::string Lower(std::string name) {
  std::ranges::transform(name, name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return name;
}

}  // namespace

std::string NameOf(v1::KeyState state) {
  return Short(v1::KeyState_Name(state), "KEY_STATE_", state);
}

std::string NameOf(v1::KeyOrigin origin) {
  return Lower(Short(v1::KeyOrigin_Name(origin), "KEY_ORIGIN_", origin));
}

std::string NameOf(v1::FailPolicy policy) {
  return Lower(Short(v1::FailPolicy_Name(policy), "FAIL_POLICY_", policy));
}

std::string NameOf(v1::Agreement agreement) {
  return Lower(Short(v1::Agreement_Name(agreement), "AGREEMENT_", agreement));
}

std::string NameOf(v1::Algorithm algorithm) {
  if (algorithm == v1::ALGORITHM_RSA_SHA256) {
    return std::string(AlgorithmName(Algorithm::kRsaSha256));
  }
  if (algorithm == v1::ALGORITHM_ED25519_SHA256) {
    return std::string(AlgorithmName(Algorithm::kEd25519Sha256));
  }
  return Short(v1::Algorithm_Name(algorithm), "ALGORITHM_", algorithm);
}

std::string NameOf(v1::Verb verb) { return Lower(Short(v1::Verb_Name(verb), "VERB_", verb)); }

v1::Verb VerbOf(std::string_view name) {
  if (name == "sign") return v1::VERB_SIGN;
  if (name == "rotate") return v1::VERB_ROTATE;
  if (name == "audit") return v1::VERB_AUDIT;
  return v1::VERB_ADMINISTER;
}

}  // namespace dkimkeeper
