// A setting that is taken has a canonical text that means the same.
#include "server/keys/policy_settings.h"

#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dkimkeeper;
  const std::string text(FuzzText(data, size));
  const auto equals = text.find('=');
  if (equals == std::string::npos) return 0;
  const PolicySettings written{{text.substr(0, equals), text.substr(equals + 1)}};
  const auto canonical = CheckSettings(written);
  if (!canonical) return 0;
  FuzzCheck(CheckSettings(*canonical) == canonical, "it reads back");
  const auto policy = PolicyWith({}, written);
  FuzzCheck(PolicyWith({}, *canonical) == policy, "it means the same");
  if (policy) FuzzCheck(PolicyWith({}, SettingsOf(*policy)) == policy, "the whole reads back");
  return 0;
}
