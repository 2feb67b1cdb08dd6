// Values that tests of keys, access and the store are made of.
#ifndef TESTS_FAKES_SAMPLE_KEYS_H_
#define TESTS_FAKES_SAMPLE_KEYS_H_

#include <chrono>
#include <string>
#include <string_view>

#include "server/access/grant.h"
#include "server/keys/key.h"

namespace dkimkeeper::sample {

// The names must be valid: a bad one aborts the test program.
[[nodiscard]] inline Domain DomainOf(std::string_view text) { return Domain::Parse(text).value(); }
[[nodiscard]] inline Sender SenderOf(std::string_view text) { return Sender::Parse(text).value(); }
[[nodiscard]] inline Selector SelectorOf(std::string_view text) {
  return Selector::Parse(text, Underscore::kAllowed).value();
}
[[nodiscard]] inline Identity IdentityOf(std::string_view text) {
  return Identity::Parse(text).value();
}
[[nodiscard]] inline Scope ScopeOf(std::string_view domain, std::string_view sender) {
  return Scope::Parse(domain, sender).value();
}

// `minutes` after 2026-01-01T00:00:00Z.
[[nodiscard]] inline Timestamp Minute(int minutes) {
  using namespace std::chrono;
  return sys_days(year(2026) / January / 1) + std::chrono::minutes(minutes);
}

// An RSA key of the sender "default" with a public key and nothing that happened to it yet but its
// creation at Minute(0). Its id is of 16 bytes made from its name; so is its public key, which no
// library would take for one.
[[nodiscard]] inline Key KeyOf(std::string_view domain, std::string_view selector) {
  std::string name = std::string(domain) + "/" + std::string(selector);
  std::string id(16, '\0');
  for (std::size_t i = 0; i < name.size(); ++i) {
    id[i % id.size()] = static_cast<char>(id[i % id.size()] * 31 + name[i]);
  }
  return Key{.domain = DomainOf(domain),
             .sender = Sender::Default(),
             .selector = SelectorOf(selector),
             .algorithm = Algorithm::kRsaSha256,
             .rsa_bits = 2048,
             .origin = KeyOrigin::kGenerated,
             .id = KeyId::FromBytes(id).value(),
             .token = "main",
             .public_key = PublicKey{Algorithm::kRsaSha256, "public half of " + name},
             .lacks = {},
             .created_at = Minute(0),
             .published_at = {},
             .activated_at = {},
             .retired_at = {},
             .signs_until = {},
             .revoked_at = {},
             .destroying_at = {},
             .destroyed_at = {},
             .quarantined_at = {},
             .compromised = false,
             .override_reason = "",
             .override_by = ""};
}

// KeyOf, signing since Minute(0).
[[nodiscard]] inline Key ActiveKeyOf(std::string_view domain, std::string_view selector) {
  Key key = KeyOf(domain, selector);
  key.activated_at = Minute(0);
  return key;
}

}  // namespace dkimkeeper::sample

#endif  // TESTS_FAKES_SAMPLE_KEYS_H_
