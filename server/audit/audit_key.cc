#include "server/audit/audit_key.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>

#include "hsm/key_purpose.h"
#include "proto/audit/tree_hash.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::size_t kIdSize = 16;
constexpr std::chrono::seconds kLongestCall{10};

std::string LabelOf(const std::string& origin) {
  return std::string(LabelPrefix(KeyPurpose::kAudit)) + origin;
}

KeyId IdOf(const std::string& origin) {
  const TreeHash hash = Sha256(LabelOf(origin));
  return KeyId::FromBytes(OctetsOf(hash).substr(0, kIdSize)).value();
}

bool DoesEd25519(const TokenInfo& info) {
  return std::ranges::find(info.algorithms, Algorithm::kEd25519Sha256) != info.algorithms.end();
}

}  // namespace

AuditKey::AuditKey(const Tokens& tokens, const Clock& clock, std::string origin, std::string token)
    : tokens_(tokens),
      clock_(clock),
      origin_(std::move(origin)),
      token_name_(std::move(token)),
      id_(IdOf(origin_)) {}

Result<Token*> AuditKey::Choose() const {
  for (const ServedToken& served : tokens_) {
    if (!token_name_.empty() && served.name != token_name_) continue;
    const TokenInfo info = served.token.Info();
    if (DoesEd25519(info)) return &served.token;
    // What it does it says when it comes, and another one must not take its place meanwhile.
    if (info.algorithms.empty()) {
      return Fail(Code::kUnavailable, reason::kTokenAway,
                  "token " + served.name + ", which may hold the audit key, is away");
    }
  }
  return Fail(Code::kFailedPrecondition, reason::kAlgorithmUnsupported,
              "no token does Ed25519; name one that does in [audit] token");
}

Result<TokenKey> AuditKey::FindIn(Token& token) const {
  const Deadline deadline = clock_.Steady() + kLongestCall;
  auto found = token.FindKey(id_, deadline);
  if (found || found.error().reason != reason::kTokenKeyUnknown) return found;
  return token.GenerateKeyPair({.id = id_,
                                .purpose = KeyPurpose::kAudit,
                                .algorithm = Algorithm::kEd25519Sha256,
                                .label = LabelOf(origin_),
                                .continues = true},
                               deadline);
}

Result<VerifierKey> AuditKey::Find() {
  if (key_) return *key_;
  const auto token = Choose();
  if (!token) return Forward(token);
  const auto found = FindIn(**token);
  if (!found) return Forward(found);
  auto key = VerifierKey::Make(origin_, found->public_key.record_bytes);
  if (!key) return Forward(key);
  (*token)->Expect(id_, found->public_key);
  token_ = *token;
  key_ = *key;
  return key;
}

Outcome AuditKey::Sign(SignedNote& note) {
  const auto key = Find();
  if (!key) return Forward(key);
  const std::span<const std::uint8_t> octets(
      reinterpret_cast<const std::uint8_t*>(note.text.data()), note.text.size());
  const auto signature = token_->SignNote(id_, octets, clock_.Steady() + kLongestCall);
  if (!signature) {
    if (signature.error().code != Code::kUnavailable) key_.reset();
    return Forward(signature);
  }
  AttachSignature(note, *key, *signature);
  return {};
}

}  // namespace dkimkeeper
