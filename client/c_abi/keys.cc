#include <memory>
#include <utility>
#include <vector>

#include "client/c_abi/arguments.h"
#include "client/c_abi/client_handle.h"
#include "client/c_abi/error.h"

using namespace dkimkeeper;

struct dkimkeeper_keys {
  SigningKeys list;
  std::vector<dkimkeeper_key> views;  // into `list`
};

namespace {

dkimkeeper_key ViewOf(const SigningKey& key) {
  dkimkeeper_key view = {};
  view.domain = key.domain.str().c_str();
  view.sender = key.sender.str().c_str();
  view.selector = key.selector.str().c_str();
  if (key.public_key) {
    const std::string& bytes = key.public_key->record_bytes;
    view.public_key = reinterpret_cast<const unsigned char*>(bytes.data());
    view.public_key_length = bytes.size();
  }
  view.signs_until_ms = key.signs_until_ms.value_or(0);
  view.algorithm = key.algorithm == Algorithm::kEd25519Sha256 ? DKIMKEEPER_ED25519_SHA256
                                                              : DKIMKEEPER_RSA_SHA256;
  view.fail_policy =
      key.fail_policy == FailPolicy::kUnsigned ? DKIMKEEPER_UNSIGNED : DKIMKEEPER_TEMPFAIL;
  return view;
}

Result<SigningKeys> Ask(const dkimkeeper_client& client, const char* domain) {
  if (domain == nullptr) return client.client->ListSigningKeys();
  const Result<Domain> name = Domain::Parse(domain);
  if (!name) return Forward(name);
  return client.client->ListSigningKeysOf(*name, client.deadline);
}

}  // namespace

dkimkeeper_code dkimkeeper_list_keys(dkimkeeper_client* client, const char* domain,
                                     dkimkeeper_keys** keys, dkimkeeper_error** error) {
  return Guarded(error, [&]() -> Outcome {
    if (Outcome given = Given(keys != nullptr, "where to put the keys"); !given) return given;
    *keys = nullptr;
    if (Outcome given = Given(client != nullptr, "the client"); !given) return given;
    Result<SigningKeys> list = Ask(*client, domain);
    if (!list) return Forward(list);
    auto made = std::make_unique<dkimkeeper_keys>();
    made->list = *std::move(list);
    for (const SigningKey& key : made->list.keys) made->views.push_back(ViewOf(key));
    *keys = made.release();
    return {};
  });
}

size_t dkimkeeper_keys_count(const dkimkeeper_keys* keys) {
  return keys == nullptr ? 0 : keys->views.size();
}

const dkimkeeper_key* dkimkeeper_keys_at(const dkimkeeper_keys* keys, size_t index) {
  return index < dkimkeeper_keys_count(keys) ? &keys->views[index] : nullptr;
}

void dkimkeeper_keys_free(dkimkeeper_keys* keys) { delete keys; }
