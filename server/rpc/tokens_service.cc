#include "server/rpc/tokens_service.h"

#include <optional>
#include <utility>

#include "server/lifecycle/token_decisions.h"
#include "server/rpc/convert.h"
#include "server/rpc/key_view.h"
#include "server/rpc/mutation.h"
#include "server/rpc/page.h"
#include "server/rpc/token_view.h"

namespace dkimkeeper {
namespace {

constexpr std::chrono::seconds kFindTime{60};

// Rises as attested keys do; two that look the same are told apart by their number.
std::string NameOf(const v1::AttestedKey& key, int same_before) {
  return key.token_key_id() + " " + key.fingerprint() + " " + std::to_string(same_before);
}

}  // namespace

Result<Updated> TokensService::Change(std::string_view act, const Mutation& mutation,
                                      const std::string& token,
                                      const Registry::Decide& decide) const {
  return parts_.journal.Recorded(
      act, mutation.caller, {.detail = "token " + token},
      parts_.registry.Update(mutation, ToTimestamp(parts_.clock.Now()), decide));
}

Outcome TokensService::Show(const std::string& token, v1::Token& response) const {
  const auto served = parts_.tokens.Find(token);
  if (!served) return Forward(served);
  response = ToProto(*parts_.registry.Get(), **served);
  return {};
}

Outcome TokensService::List(const Caller& caller, v1::ListTokensResponse& response) const {
  const ViewPtr view = parts_.registry.Get();
  if (auto allowed = MayReadEverything(*view, caller); !allowed) return allowed;
  for (const ServedToken& served : parts_.tokens) *response.add_tokens() = ToProto(*view, served);
  return {};
}

Outcome TokensService::Get(const Caller& caller, const v1::GetTokenRequest& request,
                           v1::Token& response) const {
  if (auto allowed = MayReadEverything(*parts_.registry.Get(), caller); !allowed) return allowed;
  return Show(request.token(), response);
}

Outcome TokensService::Attest(const v1::AttestTokenRequest& request, const ServedToken& served,
                              v1::AttestTokenResponse& response) const {
  auto page = Page::Parse(request.page_size(), request.page_token());
  if (!page) return Forward(page);
  auto held = served.token.FindKeys(parts_.clock.Steady() + kFindTime);
  if (!held) return Forward(held);
  const Timestamp now = ToTimestamp(parts_.clock.Now());
  std::string last;
  int same_before = 0;
  const auto keys = dkimkeeper::Attest(*parts_.registry.Get(), served.name, *std::move(held));
  for (const AttestedKey& key : keys) {
    v1::AttestedKey message = ToProto(key, now);
    const std::string name = message.token_key_id() + message.fingerprint();
    same_before = name == last ? same_before + 1 : 0;
    last = name;
    if (page->Takes(NameOf(message, same_before))) *response.add_keys() = std::move(message);
  }
  response.set_next_page_token(page->NextToken());
  return {};
}

Outcome TokensService::LogIn(const Caller& caller, const v1::LogInTokenRequest& request,
                             v1::Token& response) const {
  const auto mutation = MutationOf(caller, "Tokens.LogInToken", request.request_id(), request);
  if (!mutation) return Forward(mutation);
  const auto tokens = parts_.tokens.Terms();
  const auto allowed = Change("token.login", *mutation, request.token(), [&](const View& view) {
    return DecideLogIn(view, caller, request.token(), tokens);
  });
  if (!allowed) return Forward(allowed);
  const auto served = parts_.tokens.Find(request.token());
  if (!served) return Forward(served);
  // A repeated call allows nothing again: each word is for one try.
  if (!allowed->repeated) (*served)->token.AllowLogin();
  return Show(request.token(), response);
}

Outcome TokensService::Compromise(const Caller& caller, const v1::CompromiseTokenRequest& request,
                                  v1::CompromiseTokenResponse& response) const {
  const auto mutation = MutationOf(caller, "Tokens.CompromiseToken", request.request_id(), request);
  if (!mutation) return Forward(mutation);
  const Timestamp now = ToTimestamp(parts_.clock.Now());
  const auto tokens = parts_.tokens.Terms();
  const auto done = Change("token.compromised", *mutation, request.token(), [&](const View& view) {
    return DecideCompromiseToken(view, caller, request.token(), request.destroy_now(),
                                 parts_.outlook.policy(), tokens, now);
  });
  if (!done) return Forward(done);
  const auto keys = KeysOn(*done->view, request.token());
  KeyView shown(*done->view, parts_.outlook, now);
  for (const auto& key : keys) *response.add_keys() = shown.Show(*key);
  parts_.desk.Kick();
  for (const Line& line : LinesWithoutKey(*done->view, keys, now)) {
    v1::KeyLine& message = *response.add_lines_without_key();
    message.set_domain(line.domain.str());
    message.set_sender(line.sender.str());
    message.set_algorithm(ToProto(line.algorithm));
  }
  return {};
}

Outcome TokensService::Confirm(const Caller& caller, const v1::ConfirmBackupRequest& request,
                               v1::Token& response) const {
  const auto mutation = MutationOf(caller, "Tokens.ConfirmBackup", request.request_id(), request);
  if (!mutation) return Forward(mutation);
  const std::optional<Timestamp> made_at =
      request.made_at_ms() == 0 ? std::nullopt
                                : std::optional(FromMilliseconds(request.made_at_ms()));
  const auto tokens = parts_.tokens.Terms();
  const auto done =
      Change("token.backup_confirmed", *mutation, request.token(), [&](const View& view) {
        return DecideConfirmBackup(view, caller, request.token(), made_at, tokens,
                                   ToTimestamp(parts_.clock.Now()));
      });
  if (!done) return Forward(done);
  return Show(request.token(), response);
}

grpc::ServerUnaryReactor* TokensService::ListTokens(grpc::CallbackServerContext* context,
                                                    const v1::ListTokensRequest* /*request*/,
                                                    v1::ListTokensResponse* response) {
  return parts_.calls.AnswerNow(context, "Tokens.ListTokens",
                                [&](const Caller& caller) { return List(caller, *response); });
}

grpc::ServerUnaryReactor* TokensService::GetToken(grpc::CallbackServerContext* context,
                                                  const v1::GetTokenRequest* request,
                                                  v1::Token* response) {
  return parts_.calls.AnswerNow(context, "Tokens.GetToken", [&](const Caller& caller) {
    return Get(caller, *request, *response);
  });
}

grpc::ServerUnaryReactor* TokensService::AttestToken(grpc::CallbackServerContext* context,
                                                     const v1::AttestTokenRequest* request,
                                                     v1::AttestTokenResponse* response) {
  constexpr std::string_view kMethod = "Tokens.AttestToken";
  const auto refuse = [&](const Error& error) {
    return parts_.calls.Answer(context, kMethod, tl::unexpected(error));
  };
  const auto caller = parts_.calls.WhoCalls(*context);
  if (!caller) return refuse(caller.error());
  const auto allowed = MayReadEverything(*parts_.registry.Get(), *caller);
  if (!allowed) return refuse(allowed.error());
  const auto served = parts_.tokens.Find(request->token());
  if (!served) return refuse(served.error());
  const auto answers = (*served)->health.CheckAnswers();
  if (!answers) return refuse(answers.error());
  return parts_.calls.AnswerLater(
      context, kMethod, (*served)->acts,
      [this, request, response, &token = **served](const Identity& /*caller*/) {
        return Attest(*request, token, *response);
      });
}

grpc::ServerUnaryReactor* TokensService::LogInToken(grpc::CallbackServerContext* context,
                                                    const v1::LogInTokenRequest* request,
                                                    v1::Token* response) {
  return parts_.calls.AnswerLater(context, "Tokens.LogInToken", parts_.changes,
                                  [this, request, response](const Caller& caller) {
                                    return LogIn(caller, *request, *response);
                                  });
}

grpc::ServerUnaryReactor* TokensService::CompromiseToken(grpc::CallbackServerContext* context,
                                                         const v1::CompromiseTokenRequest* request,
                                                         v1::CompromiseTokenResponse* response) {
  return parts_.calls.AnswerLater(context, "Tokens.CompromiseToken", parts_.changes,
                                  [this, request, response](const Caller& caller) {
                                    return Compromise(caller, *request, *response);
                                  });
}

grpc::ServerUnaryReactor* TokensService::ConfirmBackup(grpc::CallbackServerContext* context,
                                                       const v1::ConfirmBackupRequest* request,
                                                       v1::Token* response) {
  return parts_.calls.AnswerLater(context, "Tokens.ConfirmBackup", parts_.changes,
                                  [this, request, response](const Caller& caller) {
                                    return Confirm(caller, *request, *response);
                                  });
}

}  // namespace dkimkeeper
