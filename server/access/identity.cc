#include "server/access/identity.h"

#include <algorithm>
#include <array>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::size_t kMaxLength = 512;
constexpr std::array<std::string_view, 3> kKinds{"uri:", "dns:", "unix:"};

bool IsPrintable(char c) { return c > ' ' && c < '\x7f'; }

tl::unexpected<Error> NoIdentity(std::string message) {
  return Fail(Code::kUnauthenticated, reason::kNoIdentity, std::move(message));
}

}  // namespace

Result<Identity> Identity::Parse(std::string_view text) {
  const bool known = std::ranges::any_of(kKinds, [text](std::string_view kind) {
    return text.starts_with(kind) && text.size() > kind.size();
  });
  if (!known || text.size() > kMaxLength || !std::ranges::all_of(text, IsPrintable)) {
    return Fail(Code::kInvalidArgument, reason::kBadIdentity,
                "identity must be uri:…, dns:… or unix:… in at most 512 printable characters, as "
                "`dkimkeeper whoami` prints it");
  }
  return Identity(std::string(text));
}

Result<Identity> Identity::FromNames(std::span<const std::string> uris,
                                     std::span<const std::string> dns_names) {
  std::string text;
  if (uris.size() == 1) {
    text = "uri:" + uris.front();
  } else if (!uris.empty()) {
    return NoIdentity("the client certificate has several URI names; issue one with exactly one");
  } else if (dns_names.size() != 1) {
    return NoIdentity(
        "the client certificate needs exactly one URI or DNS subject alternative name");
  } else if (dns_names.front().find('*') != std::string::npos) {
    return NoIdentity(
        "the client certificate's DNS name is a wildcard; issue one with a plain name");
  } else {
    text = "dns:" + dns_names.front();
  }
  auto identity = Parse(text);
  if (!identity)
    return NoIdentity("the client certificate's name is no identity: " + identity.error().message);
  return identity;
}

}  // namespace dkimkeeper
