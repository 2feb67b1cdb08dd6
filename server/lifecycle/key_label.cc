#include "server/lifecycle/key_label.h"

namespace dkimkeeper {
namespace {

constexpr std::string_view kPrefix = "dkim:";

}  // namespace

std::string KeyLabel(const Domain& domain, const Selector& selector) {
  return std::string(kPrefix) + domain.str() + ":" + selector.str();
}

std::optional<KeyName> NameInLabel(std::string_view label) {
  if (!label.starts_with(kPrefix)) return std::nullopt;
  const std::string_view name = label.substr(kPrefix.size());
  const std::size_t colon = name.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto domain = Domain::Parse(name.substr(0, colon));
  const auto selector = Selector::Parse(name.substr(colon + 1), Underscore::kAllowed);
  if (!domain || !selector || KeyLabel(*domain, *selector) != label) return std::nullopt;
  return KeyName(*domain, *selector);
}

}  // namespace dkimkeeper
