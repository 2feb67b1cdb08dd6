#include "server/rpc/dns_service.h"

#include "proto/reason.h"
#include "server/rpc/check_view.h"
#include "server/rpc/key_view.h"

namespace dkimkeeper {

Result<KeyPtr> DnsService::Find(const Caller& caller, const std::string& domain_text,
                                const std::string& selector_text) const {
  const auto domain = Domain::Parse(domain_text);
  if (!domain) return Forward(domain);
  const auto selector = Selector::Parse(selector_text, Underscore::kAllowed);
  if (!selector) return Forward(selector);
  return FindVisible(*parts_.registry.Get(), caller, {*domain, *selector});
}

void DnsService::Show(const Key& key, const RecordCheck& check, v1::RecordCheck& response) const {
  response = ToProto(check);
  response.set_domain(key.domain.str());
  response.set_selector(key.selector.str());
  if (check.wish == RecordWish::kAbsent) return;
  const KeyPolicy policy =
      PolicyOf(*parts_.registry.Get(), key.domain, key.sender, parts_.outlook.policy());
  const auto record = RecordOf(key, policy, ToTimestamp(parts_.clock.Now()));
  if (record) response.set_expected(RenderKeyRecord(*record));
}

Outcome DnsService::Check(const Caller& caller, const v1::CheckRecordRequest& request,
                          v1::RecordCheck& response) const {
  const auto key = Find(caller, request.domain(), request.selector());
  if (!key) return Forward(key);
  const auto check = parts_.desk.CheckNow(**key);
  if (!check) return Forward(check);
  Show(**key, *check, response);
  return {};
}

Outcome DnsService::Get(const Caller& caller, const v1::GetCheckRequest& request,
                        v1::RecordCheck& response) const {
  const auto key = Find(caller, request.domain(), request.selector());
  if (!key) return Forward(key);
  const auto stored = parts_.store.FindCheck((*key)->id);
  if (!stored) return Forward(stored);
  if (!*stored) {
    return Fail(Code::kNotFound, reason::kCheckUnknown,
                "the record of " + NameOf(**key) + " was never looked at; `dkimkeeper dns check " +
                    request.domain() + " " + request.selector() + "` looks now");
  }
  const auto check = parts_.read_check((*stored)->text);
  if (!check) return Forward(check);
  Show(**key, *check, response);
  return {};
}

grpc::ServerUnaryReactor* DnsService::CheckRecord(grpc::CallbackServerContext* context,
                                                  const v1::CheckRecordRequest* request,
                                                  v1::RecordCheck* response) {
  return parts_.calls.AnswerLater(context, "Dns.CheckRecord", parts_.looks,
                                  [this, request, response](const Caller& caller) {
                                    return Check(caller, *request, *response);
                                  });
}

grpc::ServerUnaryReactor* DnsService::GetCheck(grpc::CallbackServerContext* context,
                                               const v1::GetCheckRequest* request,
                                               v1::RecordCheck* response) {
  return parts_.calls.AnswerLater(
      context, "Dns.GetCheck", parts_.looks,
      [this, request, response](const Caller& caller) { return Get(caller, *request, *response); });
}

}  // namespace dkimkeeper
