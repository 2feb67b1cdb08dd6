#include "server/rpc/keys_service.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "proto/reason.h"
#include "server/keys/key_state.h"
#include "server/lifecycle/placement.h"
#include "server/rpc/convert.h"
#include "server/rpc/key_view.h"
#include "server/rpc/mutation.h"
#include "server/rpc/page.h"

namespace dkimkeeper {
namespace {

constexpr std::size_t kMaxReason = 256;

Result<KeyRequest> ParseName(const std::string& domain_text, const std::string& selector_text) {
  auto domain = Domain::Parse(domain_text);
  if (!domain) return Forward(domain);
  // To find a key, not to make one: whatever its policy allowed then is taken.
  auto selector = Selector::Parse(selector_text, Underscore::kAllowed);
  if (!selector) return Forward(selector);
  return KeyRequest{*std::move(domain), *std::move(selector)};
}

Outcome CheckReason(const std::string& reason) {
  const bool printable =
      std::ranges::none_of(reason, [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; });
  if (reason.size() <= kMaxReason && printable) return {};
  return Fail(Code::kInvalidArgument, reason::kBadOption,
              "the reason must be at most 256 bytes without control characters");
}

// Where new keys of that line are made; "" where the names are bad or unknown.
std::string TokenFor(const View& view, const std::string& domain_text,
                     const std::string& sender_text) {
  const auto domain = Domain::Parse(domain_text);
  const auto sender = SenderOrDefault(sender_text);
  if (!domain || !sender) return "";
  const auto entry = view.contents.domains.find(*domain);
  if (entry == view.contents.domains.end()) return "";
  return PlacementOf(entry->second, *sender, "").token;
}

}  // namespace

WorkQueue& KeysService::ActsOf(const std::string& token) const {
  const auto served = parts_.tokens.Find(token);
  return served ? (*served)->acts : parts_.tokens.first().acts;
}

WorkQueue& KeysService::ActsFor(const v1::GenerateKeyRequest& request) const {
  return ActsOf(TokenFor(*parts_.registry.Get(), request.domain(), request.sender()));
}

WorkQueue& KeysService::ActsFor(const v1::AdoptKeyRequest& request) const {
  if (!request.token().empty()) return ActsOf(request.token());
  return ActsOf(TokenFor(*parts_.registry.Get(), request.domain(), request.sender()));
}

WorkQueue& KeysService::ActsFor(const std::string& domain, const std::string& selector) const {
  const auto name = ParseName(domain, selector);
  const auto key =
      name ? parts_.registry.Get()->keyring.Find(name->domain, name->selector) : nullptr;
  return ActsOf(key ? key->token : "");
}

Outcome KeysService::Show(const Result<KeyPtr>& key, v1::Key& response) const {
  if (!key) return Forward(key);
  const ViewPtr view = parts_.registry.Get();
  response = KeyView(*view, parts_.outlook, ToTimestamp(parts_.clock.Now())).Show(**key);
  return {};
}

Outcome KeysService::Generate(const Caller& caller, const v1::GenerateKeyRequest& request,
                              v1::Key& response) const {
  auto domain = Domain::Parse(request.domain());
  if (!domain) return Forward(domain);
  auto sender = SenderOrDefault(request.sender());
  if (!sender) return Forward(sender);
  const bool chosen = request.algorithm() != v1::ALGORITHM_UNSPECIFIED;
  const auto algorithm =
      chosen ? FromProto(request.algorithm()) : Result<Algorithm>(Algorithm::kRsaSha256);
  if (!algorithm) return Forward(algorithm);
  const auto mutation = MutationOf(caller, "Keys.GenerateKey", request.request_id(), request);
  if (!mutation) return Forward(mutation);
  return Show(parts_.operations.Generate(*mutation, {.domain = *std::move(domain),
                                                     .sender = *std::move(sender),
                                                     .algorithm = *algorithm,
                                                     .rsa_bits = request.rsa_bits(),
                                                     .selector = request.selector()}),
              response);
}

Outcome KeysService::Adopt(const Caller& caller, const v1::AdoptKeyRequest& request,
                           v1::Key& response) const {
  auto domain = Domain::Parse(request.domain());
  if (!domain) return Forward(domain);
  auto sender = SenderOrDefault(request.sender());
  if (!sender) return Forward(sender);
  auto id = KeyId::FromHex(request.token_key_id());
  if (!id) return Forward(id);
  const auto mutation = MutationOf(caller, "Keys.AdoptKey", request.request_id(), request);
  if (!mutation) return Forward(mutation);
  return Show(parts_.operations.Adopt(*mutation, {.domain = *std::move(domain),
                                                  .sender = *std::move(sender),
                                                  .selector = request.selector(),
                                                  .token_key_id = *std::move(id),
                                                  .token = request.token()}),
              response);
}

Outcome KeysService::Activate(const Caller& caller, const v1::ActivateKeyRequest& request,
                              v1::Key& response) const {
  const auto name = ParseName(request.domain(), request.selector());
  if (!name) return Forward(name);
  const std::string& why = request.without_dns_proof_reason();
  if (const auto checked = CheckReason(why); !checked) return checked;
  const auto mutation = MutationOf(caller, "Keys.ActivateKey", request.request_id(), request);
  if (!mutation) return Forward(mutation);
  if (why.empty()) {
    // On a proof of this moment.
    const auto key = FindFor(*parts_.registry.Get(), caller, Verb::kRotate, *name);
    if (!key) return Forward(key);
    // Of one that was used or is barred, Activate says what is wrong.
    if (!(*key)->activated_at && !(*key)->retired_at && !IsBarred(**key)) {
      if (const auto proven = parts_.desk.ProveNow(**key); !proven) return proven;
    }
  }
  return Show(parts_.operations.Activate(*mutation, *name, why), response);
}

Outcome KeysService::Retire(const Caller& caller, const v1::RetireKeyRequest& request,
                            v1::Key& response) const {
  const auto name = ParseName(request.domain(), request.selector());
  if (!name) return Forward(name);
  const auto mutation = MutationOf(caller, "Keys.RetireKey", request.request_id(), request);
  if (!mutation) return Forward(mutation);
  return Show(parts_.operations.Retire(*mutation, *name), response);
}

Outcome KeysService::Revoke(const Caller& caller, const v1::RevokeKeyRequest& request,
                            v1::Key& response) const {
  const auto name = ParseName(request.domain(), request.selector());
  if (!name) return Forward(name);
  const auto mutation = MutationOf(caller, "Keys.RevokeKey", request.request_id(), request);
  if (!mutation) return Forward(mutation);
  auto shown = Show(parts_.operations.Revoke(*mutation, *name,
                                             {.compromised = request.compromised(),
                                              .destroy_now = request.destroy_now()}),
                    response);
  if (!shown || !request.compromised()) return shown;
  const auto behind = parts_.daemons.await_acknowledged(parts_.registry.Get()->contents.generation);
  response.mutable_unacknowledged()->Add(behind.begin(), behind.end());
  return {};
}

Outcome KeysService::Destroy(const Caller& caller, const v1::DestroyKeyRequest& request,
                             v1::Key& response) const {
  const auto name = ParseName(request.domain(), request.selector());
  if (!name) return Forward(name);
  const auto mutation = MutationOf(caller, "Keys.DestroyKey", request.request_id(), request);
  if (!mutation) return Forward(mutation);
  return Show(parts_.operations.Destroy(*mutation, *name), response);
}

Outcome KeysService::Get(const Caller& caller, const v1::GetKeyRequest& request,
                         v1::Key& response) const {
  const auto name = ParseName(request.domain(), request.selector());
  if (!name) return Forward(name);
  return Show(FindVisible(*parts_.registry.Get(), caller, *name), response);
}

Outcome KeysService::List(const Caller& caller, const v1::ListKeysRequest& request,
                          v1::ListKeysResponse& response) const {
  auto page = Page::Parse(request.page_size(), request.page_token());
  if (!page) return Forward(page);
  std::optional<Domain> domain;
  if (!request.domain().empty()) {
    auto parsed = Domain::Parse(request.domain());
    if (!parsed) return Forward(parsed);
    domain = *std::move(parsed);
  }
  const ViewPtr view = parts_.registry.Get();
  KeyView shown(*view, parts_.outlook, ToTimestamp(parts_.clock.Now()));
  for (const auto& [name, key] : view->contents.keys) {
    if (domain && key->domain != *domain) continue;
    if (!request.sender().empty() && key->sender.str() != request.sender()) continue;
    if (!view->rules.MaySee(caller, Scope::Of(key->domain, key->sender))) continue;
    // A space sorts before everything that a name can hold, so names rise as the map does.
    if (!page->Takes(key->domain.str() + " " + key->selector.str())) continue;
    *response.add_keys() = shown.Show(*key);
  }
  response.set_next_page_token(page->NextToken());
  return {};
}

std::optional<Outcome> KeysService::Perform(const Caller& caller,
                                            const google::protobuf::Message& request) const {
  using google::protobuf::DynamicCastToGenerated;
  v1::Key answer;
  if (const auto* destroy = DynamicCastToGenerated<v1::DestroyKeyRequest>(&request)) {
    return Destroy(caller, *destroy, answer);
  }
  if (const auto* revoke = DynamicCastToGenerated<v1::RevokeKeyRequest>(&request)) {
    return Revoke(caller, *revoke, answer);
  }
  if (const auto* activate = DynamicCastToGenerated<v1::ActivateKeyRequest>(&request)) {
    return Activate(caller, *activate, answer);
  }
  if (const auto* adopt = DynamicCastToGenerated<v1::AdoptKeyRequest>(&request)) {
    return Adopt(caller, *adopt, answer);
  }
  return std::nullopt;
}

grpc::ServerUnaryReactor* KeysService::GenerateKey(grpc::CallbackServerContext* context,
                                                   const v1::GenerateKeyRequest* request,
                                                   v1::Key* response) {
  return parts_.calls.AnswerLater(context, "Keys.GenerateKey", ActsFor(*request),
                                  [this, request, response](const Caller& caller) {
                                    return Generate(caller, *request, *response);
                                  });
}

grpc::ServerUnaryReactor* KeysService::AdoptKey(grpc::CallbackServerContext* context,
                                                const v1::AdoptKeyRequest* request,
                                                v1::Key* response) {
  return parts_.calls.AnswerGuarded(context, "Keys.AdoptKey", ActsFor(*request), *request,
                                    [this, request, response](const Caller& caller) {
                                      return Adopt(caller, *request, *response);
                                    });
}

grpc::ServerUnaryReactor* KeysService::ActivateKey(grpc::CallbackServerContext* context,
                                                   const v1::ActivateKeyRequest* request,
                                                   v1::Key* response) {
  // A look at DNS takes long, and no act in the token waits for it.
  WorkQueue& queue = request->without_dns_proof_reason().empty()
                         ? parts_.looks
                         : ActsFor(request->domain(), request->selector());
  return parts_.calls.AnswerGuarded(context, "Keys.ActivateKey", queue, *request,
                                    [this, request, response](const Caller& caller) {
                                      return Activate(caller, *request, *response);
                                    });
}

grpc::ServerUnaryReactor* KeysService::RetireKey(grpc::CallbackServerContext* context,
                                                 const v1::RetireKeyRequest* request,
                                                 v1::Key* response) {
  return parts_.calls.AnswerLater(context, "Keys.RetireKey", parts_.changes,
                                  [this, request, response](const Caller& caller) {
                                    return Retire(caller, *request, *response);
                                  });
}

grpc::ServerUnaryReactor* KeysService::RevokeKey(grpc::CallbackServerContext* context,
                                                 const v1::RevokeKeyRequest* request,
                                                 v1::Key* response) {
  return parts_.calls.AnswerGuarded(context, "Keys.RevokeKey",
                                    request->compromised() ? parts_.emergencies : parts_.changes,
                                    *request, [this, request, response](const Caller& caller) {
                                      return Revoke(caller, *request, *response);
                                    });
}

grpc::ServerUnaryReactor* KeysService::DestroyKey(grpc::CallbackServerContext* context,
                                                  const v1::DestroyKeyRequest* request,
                                                  v1::Key* response) {
  return parts_.calls.AnswerGuarded(context, "Keys.DestroyKey",
                                    ActsFor(request->domain(), request->selector()), *request,
                                    [this, request, response](const Caller& caller) {
                                      return Destroy(caller, *request, *response);
                                    });
}

grpc::ServerUnaryReactor* KeysService::GetKey(grpc::CallbackServerContext* context,
                                              const v1::GetKeyRequest* request, v1::Key* response) {
  return parts_.calls.AnswerNow(context, "Keys.GetKey", [&](const Caller& caller) {
    return Get(caller, *request, *response);
  });
}

grpc::ServerUnaryReactor* KeysService::ListKeys(grpc::CallbackServerContext* context,
                                                const v1::ListKeysRequest* request,
                                                v1::ListKeysResponse* response) {
  return parts_.calls.AnswerNow(context, "Keys.ListKeys", [&](const Caller& caller) {
    return List(caller, *request, *response);
  });
}

}  // namespace dkimkeeper
