#include "server/lifecycle/token_attestation.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "proto/dkim/hex.h"
#include "server/lifecycle/token_decisions.h"

namespace dkimkeeper {
namespace {

using KeyPtr = std::shared_ptr<const Key>;

std::string Fingerprint(const std::string& public_key) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  EVP_Digest(public_key.data(), public_key.size(), digest.data(), &length, EVP_sha256(), nullptr);
  return EncodeHex({reinterpret_cast<const char*>(digest.data()), length});
}

bool NeverLeft(const KeyAttributes& has) {
  return has.local && has.sensitive && has.always_sensitive && !has.extractable &&
         has.never_extractable;
}

AttestedKey Held(TokenKey held, KeyPtr registered) {
  AttestedKey key{.held = std::move(held), .registered = std::move(registered)};
  key.fingerprint = Fingerprint(key.held->public_key.record_bytes);
  const bool ours = key.held->purpose != KeyPurpose::kDkim;
  if (!key.registered) {
    key.agreement = ours ? Agreement::kService : Agreement::kUnknown;
    key.attested = ours && NeverLeft(key.held->attributes);
    return key;
  }
  const bool agrees = key.registered->public_key == key.held->public_key;
  key.agreement = agrees ? Agreement::kAgrees : Agreement::kDiffers;
  key.attested =
      agrees && key.registered->origin == KeyOrigin::kGenerated && NeverLeft(key.held->attributes);
  return key;
}

AttestedKey Missing(KeyPtr registered) {
  AttestedKey key{.agreement = Agreement::kMissing, .registered = std::move(registered)};
  if (key.registered->public_key) {
    key.fingerprint = Fingerprint(key.registered->public_key->record_bytes);
  }
  return key;
}

const KeyId& IdOf(const AttestedKey& key) { return key.held ? key.held->id : key.registered->id; }

// Takes the registered key that `held` is, by id, out of `left`; of two with one id in the token
// the one with the right public key comes first.
KeyPtr TakeOut(std::vector<KeyPtr>& left, const TokenKey& held) {
  const auto found = std::ranges::find(left, held.id, &Key::id);
  if (found == left.end()) return nullptr;
  KeyPtr key = std::move(*found);
  left.erase(found);
  return key;
}

}  // namespace

std::vector<AttestedKey> Attest(const View& view, const std::string& token,
                                std::vector<TokenKey> held) {
  std::vector<KeyPtr> left = KeysOn(view, token);
  const auto is_registered = [&](const TokenKey& key) {
    return std::ranges::any_of(left, [&](const KeyPtr& row) {
      return row->id == key.id && row->public_key == key.public_key;
    });
  };
  std::ranges::partition(held, is_registered);
  std::vector<AttestedKey> keys;
  keys.reserve(held.size());
  for (TokenKey& key : held) {
    KeyPtr registered = TakeOut(left, key);
    keys.push_back(Held(std::move(key), std::move(registered)));
  }
  for (KeyPtr& key : left) keys.push_back(Missing(std::move(key)));
  std::ranges::sort(keys, {}, [](const AttestedKey& key) {
    return std::tuple(IdOf(key).ToHex(), key.fingerprint);
  });
  return keys;
}

}  // namespace dkimkeeper
