// token …
#include "client/cli/session.h"
#include "client/cli/token_views.h"

namespace dkimkeeper {
namespace {

Outcome PrintToken(Session& session, const Result<v1::Token>& token) {
  if (!token) return Forward(token);
  return session.Print(ToJson(*token), ShowToken(*token, session.now_ms()));
}

}  // namespace

Outcome Run(Session& session, const v1::ListTokensRequest& /*request*/) {
  const auto tokens = session.server().ListTokens();
  if (!tokens) return Forward(tokens);
  return session.Print(ToJsonList("tokens", tokens->tokens()),
                       ShowTokens(*tokens, session.now_ms()));
}

Outcome Run(Session& session, const v1::GetTokenRequest& request) {
  return PrintToken(session, session.server().GetToken(request));
}

Outcome Run(Session& session, const v1::AttestTokenRequest& request) {
  const auto keys = session.server().AttestToken(request);
  if (!keys) return Forward(keys);
  Json document{{"token", request.token()}};
  document.update(ToJsonList("keys", *keys));
  return session.Print(document, ShowAttestation(*keys));
}

Outcome Run(Session& session, const v1::LogInTokenRequest& request) {
  return PrintToken(session, session.server().LogInToken(request));
}

Outcome Run(Session& session, const v1::CompromiseTokenRequest& request) {
  const auto done = session.server().CompromiseToken(request);
  if (!done) return Forward(done);
  return session.Print(ToJson(*done), ShowCompromised(*done));
}

Outcome Run(Session& session, const v1::ConfirmBackupRequest& request) {
  return PrintToken(session, session.server().ConfirmBackup(request));
}

}  // namespace dkimkeeper
