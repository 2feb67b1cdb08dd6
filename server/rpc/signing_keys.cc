#include "server/rpc/signing_keys.h"

#include "server/rpc/convert.h"

namespace dkimkeeper {

v1::ListSigningKeysResponse SigningKeysFor(const View& view, const Caller& caller,
                                           const std::optional<Domain>& domain, Timestamp now) {
  v1::ListSigningKeysResponse response;
  response.set_generation(view.contents.generation);
  for (const auto& key : view.keyring.SigningAt(now)) {
    if (domain && key->domain != *domain) continue;
    const auto may = [&](SignedBy by) {
      return view.rules
          .Authorize(caller, Verb::kSign, Scope::Of(key->domain, key->sender), key->algorithm, by)
          .has_value();
    };
    const bool by_digest = may(SignedBy::kDigest);
    if (!by_digest && !may(SignedBy::kHeaders)) continue;
    const auto entry = view.contents.domains.find(key->domain);
    if (entry == view.contents.domains.end()) continue;
    v1::SigningKey& message = *response.add_keys();
    message = ToSigningKey(*key, entry->second.fail_policy);
    message.set_headers_required(!by_digest);
    if (domain && key->public_key) message.set_public_key(key->public_key->record_bytes);
  }
  return response;
}

}  // namespace dkimkeeper
