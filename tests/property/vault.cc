#include "tests/property/vault.h"

#include "proto/reason.h"
#include "tests/property/seeded_openssl.h"

namespace dkimkeeper::sim {
namespace {

tl::unexpected<Error> Away() {
  return Fail(Code::kUnavailable, reason::kTokenAway, "the token is away; this is a history");
}

tl::unexpected<Error> Unknown(const KeyId& id) {
  return Fail(Code::kNotFound, reason::kTokenKeyUnknown, "the token has no key " + id.ToHex());
}

// RSA keys take long to make: each history gets the same ones in the same order.
const SoftwareKey& RsaKey(std::size_t number) {
  static std::vector<SoftwareKey> made;
  while (made.size() <= number) {
    const OtherRandomNumbers own(made.size());
    made.push_back(SoftwareKey::Rsa(2048));
  }
  return made[number];
}

}  // namespace

SoftwareKey Vault::NewPair(Algorithm algorithm) {
  return algorithm == Algorithm::kEd25519Sha256 ? SoftwareKey::Ed25519() : RsaKey(rsa_pairs_++);
}

Fate VaultLink::Meet() {
  if (parts_.vault.away(parts_.agenda.now())) return Fate::kFails;
  const Fate fate = parts_.host.Meet(true);
  if (fate == Fate::kFails) parts_.tally.Add(Kind::kTokenFailedBefore);
  if (fate == Fate::kFailsAfterwards) parts_.tally.Add(Kind::kTokenFailedAfter);
  return fate;
}

Result<TokenKey> VaultLink::GenerateKeyPair(const KeySpec& spec, Deadline /*deadline*/) {
  const Fate fate = Meet();
  if (fate == Fate::kFails) return Away();
  auto& keys = parts_.vault.keys();
  if (const auto there = keys.find(spec.id); there != keys.end()) {
    if (spec.continues) return there->second.seen;
    return Fail(Code::kAlreadyExists, reason::kKeyExists, "the token has that key");
  }
  const SoftwareKey key = parts_.vault.NewPair(spec.algorithm);
  const TokenKey seen{
      .id = spec.id,
      .label = spec.label,
      .purpose = spec.purpose,
      .public_key = key.public_key(),
      .rsa_bits = key.rsa_bits(),
      .attributes = {
          .sensitive = true, .always_sensitive = true, .never_extractable = true, .local = true}};
  keys.emplace(spec.id, Vault::Entry{key, seen, !parts_.intended(spec.id)});
  if (fate == Fate::kFailsAfterwards) return Away();
  return seen;
}

Result<std::vector<TokenKey>> VaultLink::FindKeys(Deadline /*deadline*/) {
  if (Meet() != Fate::kFine) return Away();
  std::vector<TokenKey> found;
  for (const auto& [id, entry] : parts_.vault.keys()) found.push_back(entry.seen);
  return found;
}

Result<TokenKey> VaultLink::FindKey(const KeyId& id, Deadline /*deadline*/) {
  if (Meet() != Fate::kFine) return Away();
  const auto found = parts_.vault.keys().find(id);
  if (found == parts_.vault.keys().end()) return Unknown(id);
  return found->second.seen;
}

Result<std::string> VaultLink::Sign(const KeyId& id, const Sha256Digest& digest,
                                    Deadline /*deadline*/) {
  if (Meet() != Fate::kFine) return Away();
  const auto found = parts_.vault.keys().find(id);
  if (found == parts_.vault.keys().end()) return Unknown(id);
  // RSA blinding takes random numbers, and how many depends on what the key did before.
  const OtherRandomNumbers own(0);
  return found->second.key.Sign(digest);
}

Result<std::string> VaultLink::SignNote(const KeyId& id, std::span<const std::uint8_t> /*note*/,
                                        Deadline /*deadline*/) {
  return Unknown(id);  // no history signs its audit log
}

Outcome VaultLink::DestroyPermanently(const KeyId& id, Deadline /*deadline*/) {
  const Fate fate = Meet();
  if (fate == Fate::kFails) return Away();
  if (parts_.vault.keys().erase(id) != 0) parts_.tally.Add(Kind::kDestruction);
  if (fate == Fate::kFailsAfterwards) return Away();
  return {};
}

Outcome VaultLink::RemoveRemains(const KeyId& /*id*/, Deadline /*deadline*/) {
  if (Meet() != Fate::kFine) return Away();
  return {};  // a pair is made whole here, or not at all
}

Outcome VaultLink::CheckHealth(Deadline /*deadline*/) {
  if (!parts_.host.up() || parts_.vault.away(parts_.agenda.now())) return Away();
  return {};
}

TokenInfo VaultLink::Info() const {
  return {.name = parts_.vault.name(),
          .label = parts_.vault.name(),
          .manufacturer = "DKIM Keeper tests",
          .model = "vault",
          .serial = "0",
          .algorithms = {Algorithm::kRsaSha256, Algorithm::kEd25519Sha256},
          .sessions = 1};
}

}  // namespace dkimkeeper::sim
