// key …
#include "client/cli/names.h"
#include "client/cli/session.h"
#include "client/cli/views.h"
#include "client/reference/reference_file.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

Outcome PrintKey(Session& session, const Result<v1::Key>& key) {
  if (!key) return Forward(key);
  return session.Print(ToJson(*key), ShowKey(*key, session.now_ms()));
}

// A key that signs, or may once it is active.
Result<ReferenceBody> ReferenceTo(const v1::Key& key) {
  if (key.public_key().empty() || key.state() == v1::KEY_STATE_REVOKED ||
      key.state() == v1::KEY_STATE_DESTROYED) {
    return Fail(Code::kFailedPrecondition, reason::kWrongState,
                "no reference to a key that never signs: " + key.selector() + " of " +
                    key.domain() + " is " + NameOf(key.state()) +
                    "; `dkimkeeper key list` shows the keys that do");
  }
  const auto algorithm = ParseAlgorithm(NameOf(key.algorithm()));
  if (!algorithm) return Forward(algorithm);
  auto selector = Selector::Parse(key.selector(), Underscore::kAllowed);
  if (!selector) return Forward(selector);
  auto reference = Reference::Make(key.domain(), *std::move(selector));
  if (!reference) return Forward(reference);
  return ReferenceBody{*std::move(reference), {*algorithm, key.public_key()}};
}

}  // namespace

Outcome Run(Session& session, const v1::GenerateKeyRequest& request) {
  return PrintKey(session, session.server().GenerateKey(request));
}

Outcome Run(Session& session, const v1::AdoptKeyRequest& request) {
  return PrintKey(session, session.server().AdoptKey(request));
}

Outcome Run(Session& session, const v1::ActivateKeyRequest& request) {
  return PrintKey(session, session.server().ActivateKey(request));
}

Outcome Run(Session& session, const v1::RetireKeyRequest& request) {
  return PrintKey(session, session.server().RetireKey(request));
}

Outcome Run(Session& session, const v1::RevokeKeyRequest& request) {
  return PrintKey(session, session.server().RevokeKey(request));
}

Outcome Run(Session& session, const v1::DestroyKeyRequest& request) {
  return PrintKey(session, session.server().DestroyKey(request));
}

Outcome Run(Session& session, const v1::GetKeyRequest& request) {
  return PrintKey(session, session.server().GetKey(request));
}

Outcome Run(Session& session, const KeyReferenceCommand& command) {
  v1::GetKeyRequest request;
  request.set_domain(command.domain);
  request.set_selector(command.selector);
  const auto key = session.server().GetKey(request);
  if (!key) return Forward(key);
  const auto body = ReferenceTo(*key);
  if (!body) return Forward(body);
  const auto file = WriteReferenceFile(*body);
  if (!file) return Forward(file);
  return session.Print({{"uri", body->reference.Uri()}, {"file", *file}}, *file);
}

Outcome Run(Session& session, const v1::ListKeysRequest& request) {
  const auto keys = session.server().ListKeys(request);
  if (!keys) return Forward(keys);
  return session.Print(ToJsonList("keys", *keys), ShowKeys(*keys, session.now_ms()));
}

}  // namespace dkimkeeper
