#include "proto/dkim/selector.h"

#include "proto/dkim/ascii.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

tl::unexpected<Error> BadSelector(const std::string& fault) {
  return Fail(Code::kInvalidArgument, reason::kBadSelector, fault);
}

std::string LengthFault(std::string_view what, std::size_t size) {
  return std::string(what) + " is " + std::to_string(size) + " octets long, the limit is " +
         std::to_string(kMaxNameOctets) + "; choose a shorter selector";
}

}  // namespace

Result<Selector> Selector::Parse(std::string_view text, Underscore underscore) {
  if (text.empty()) return BadSelector("the selector is empty; give one such as 2026a");
  if (text.size() > kMaxNameOctets) return BadSelector(LengthFault("the selector", text.size()));
  for (const std::string_view label : Split(text, '.')) {
    if (const auto fault = LabelFault(label, underscore)) {
      return BadSelector("a label of the selector " + *fault +
                         "; use letters, digits and inner hyphens, with dots between labels");
    }
  }
  return Selector(ToAsciiLower(text));
}

Result<std::string> KeyRecordName(const Selector& selector, const Domain& domain) {
  std::string name = selector.str() + "._domainkey." + domain.str();
  if (name.size() > kMaxNameOctets) {
    return BadSelector(LengthFault("the key record's DNS name", name.size()));
  }
  return name;
}

}  // namespace dkimkeeper
