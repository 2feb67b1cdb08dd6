#include "client/reference/reference.h"

#include <optional>
#include <vector>

#include "proto/dkim/ascii.h"
#include "proto/dkim/label.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

// What keeps `name` from being a host name of two labels or more.
std::optional<std::string> HostNameFault(std::string_view name) {
  if (name.size() > kMaxNameOctets) return "is longer than 253 octets";
  const std::vector<std::string_view> labels = Split(name, '.');
  for (const std::string_view label : labels) {
    if (const auto fault = LabelFault(label)) return "has a label that " + *fault;
  }
  if (labels.size() < 2) return "has only one label";
  return std::nullopt;
}

}  // namespace

Result<Reference> Reference::Make(std::string_view domain, Selector selector) {
  if (const auto fault = HostNameFault(domain)) {
    return Fail(Code::kInvalidArgument, reason::kBadDomain,
                "the domain of a key reference " + *fault +
                    "; give a full domain name in ASCII, such as example.com");
  }
  return Reference(ToAsciiLower(domain), std::move(selector));
}

Result<Reference> Reference::Parse(std::string_view uri) {
  const auto bad = [](const std::string& why) {
    return Fail(Code::kInvalidArgument, reason::kBadReference,
                "the key reference is not of the form dkimkeeper:example.com/selector: " + why);
  };
  if (!EqualsIgnoringAsciiCase(uri.substr(0, kReferenceScheme.size()), kReferenceScheme)) {
    return bad("it does not begin with dkimkeeper:");
  }
  uri.remove_prefix(kReferenceScheme.size());
  const std::size_t slash = uri.find('/');
  if (slash == std::string_view::npos) return bad("there is no / before a selector");
  const auto selector = Selector::Parse(uri.substr(slash + 1), Underscore::kAllowed);
  if (!selector) return bad(selector.error().message);
  auto reference = Make(uri.substr(0, slash), *selector);
  if (!reference) return bad(reference.error().message);
  return reference;
}

std::string Reference::Uri() const {
  return std::string(kReferenceScheme) + domain_ + "/" + selector_.str();
}

}  // namespace dkimkeeper
