// key …
#include "client/cli/session.h"
#include "client/cli/views.h"

namespace dkimkeeper {
namespace {

Outcome PrintKey(Session& session, const Result<v1::Key>& key) {
  if (!key) return Forward(key);
  return session.Print(ToJson(*key), ShowKey(*key, session.now_ms()));
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

Outcome Run(Session& session, const v1::ListKeysRequest& request) {
  const auto keys = session.server().ListKeys(request);
  if (!keys) return Forward(keys);
  return session.Print(ToJsonList("keys", *keys), ShowKeys(*keys, session.now_ms()));
}

}  // namespace dkimkeeper
