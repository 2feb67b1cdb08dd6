#include "server/rpc/rotation_service.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <utility>

#include "proto/reason.h"
#include "server/keys/key_state.h"
#include "server/rpc/convert.h"
#include "server/rpc/key_view.h"
#include "server/rpc/mutation.h"
#include "server/rpc/page.h"

namespace dkimkeeper {
namespace {

// Rises with time; of steps due together, with what they are about.
std::string NameOf(const Step& step) {
  std::array<char, 32> due{};
  const int length =
      std::snprintf(due.data(), due.size(), "%020lld ",
                    static_cast<long long>(std::max<std::int64_t>(0, ToMilliseconds(step.due))));
  std::string name(due.data(), static_cast<std::size_t>(length));
  name += step.domain.str() + " " + step.sender.str() + " ";
  name += std::to_string(static_cast<int>(step.algorithm)) + " ";
  name += (step.selector ? step.selector->str() : "") + " ";
  return name + std::to_string(static_cast<int>(step.kind));
}

// A look at a record that was as it should be the last time.
bool IsQuiet(const View& view, const Step& step) {
  if (step.kind != StepKind::kWatch || !step.selector) return false;
  const auto key = view.keyring.Find(step.domain, *step.selector);
  return key && !key->record_lost_at;
}

}  // namespace

Outcome RotationService::Rotate(const Caller& caller, const v1::RotateKeysRequest& request,
                                v1::RotateKeysResponse& response) const {
  auto domain = Domain::Parse(request.domain());
  if (!domain) return Forward(domain);
  auto sender = SenderOrDefault(request.sender());
  if (!sender) return Forward(sender);
  const auto mutation = MutationOf(caller, "Rotation.RotateKeys", request.request_id(), request);
  if (!mutation) return Forward(mutation);
  const RotateRequest wish{.domain = *std::move(domain),
                           .sender = *std::move(sender),
                           .compromised = request.compromised(),
                           .destroy_now = request.destroy_now()};
  const auto keys = parts_.operations.Rotate(*mutation, wish);
  if (!keys) return Forward(keys);
  parts_.desk.Kick();
  const ViewPtr view = parts_.registry.Get();
  std::vector<std::string> behind;
  if (wish.compromised) {
    behind = parts_.daemons.await_acknowledged(view->contents.generation);
  }
  const Timestamp now = ToTimestamp(parts_.clock.Now());
  KeyView shown(*view, parts_.outlook, now);
  for (const KeyPtr& key : *keys) {
    const bool active = StateAt(*key, now) == KeyState::kActive;
    const bool turn_over = active && key->rotate_at && *key->rotate_at <= now;
    if (turn_over || (wish.compromised && key->compromised && !key->destroyed_at)) {
      v1::Key& replaced = *response.add_replaced();
      replaced = shown.Show(*key);
      replaced.mutable_unacknowledged()->Add(behind.begin(), behind.end());
    } else if (active) {
      *response.add_active() = shown.Show(*key);
    }
  }
  for (const Step& step : parts_.outlook.StepsOf(*view, wish.domain, now)) {
    if (step.sender == wish.sender && !IsQuiet(*view, step)) *response.add_steps() = ToProto(step);
  }
  return {};
}

Outcome RotationService::List(const Caller& caller, const v1::ListStepsRequest& request,
                              v1::ListStepsResponse& response) const {
  auto page = Page::Parse(request.page_size(), request.page_token());
  if (!page) return Forward(page);
  const ViewPtr view = parts_.registry.Get();
  const Timestamp now = ToTimestamp(parts_.clock.Now());
  std::vector<Step> steps;
  if (request.domain().empty()) {
    steps = parts_.outlook.AllSteps(*view, now);
  } else {
    const auto domain = Domain::Parse(request.domain());
    if (!domain) return Forward(domain);
    if (!view->rules.MaySeeDomain(caller, *domain)) {
      return Forward(view->rules.Authorize(caller, Verb::kAudit, Scope::AllOf(*domain)));
    }
    if (!view->contents.domains.contains(*domain)) {
      return Fail(Code::kNotFound, reason::kDomainUnknown,
                  "no domain " + domain->str() + "; `dkimkeeper domain list` shows what there is");
    }
    steps = parts_.outlook.StepsOf(*view, *domain, now);
  }
  std::map<std::string, const Step*> by_name;
  for (const Step& step : steps) {
    if (!view->rules.MaySee(caller, Scope::Of(step.domain, step.sender))) continue;
    if (request.watches() || !IsQuiet(*view, step)) by_name.emplace(NameOf(step), &step);
  }
  for (const auto& [name, step] : by_name) {
    if (page->Takes(name)) *response.add_steps() = ToProto(*step);
  }
  response.set_next_page_token(page->NextToken());
  return {};
}

std::optional<Outcome> RotationService::Perform(const Caller& caller,
                                                const google::protobuf::Message& request) const {
  using google::protobuf::DynamicCastToGenerated;
  v1::RotateKeysResponse answer;
  if (const auto* rotate = DynamicCastToGenerated<v1::RotateKeysRequest>(&request)) {
    return Rotate(caller, *rotate, answer);
  }
  return std::nullopt;
}

grpc::ServerUnaryReactor* RotationService::RotateKeys(grpc::CallbackServerContext* context,
                                                      const v1::RotateKeysRequest* request,
                                                      v1::RotateKeysResponse* response) {
  return parts_.calls.AnswerGuarded(context, "Rotation.RotateKeys",
                                    request->compromised() ? parts_.emergencies : parts_.changes,
                                    *request, [this, request, response](const Caller& caller) {
                                      return Rotate(caller, *request, *response);
                                    });
}

grpc::ServerUnaryReactor* RotationService::ListSteps(grpc::CallbackServerContext* context,
                                                     const v1::ListStepsRequest* request,
                                                     v1::ListStepsResponse* response) {
  return parts_.calls.AnswerLater(context, "Rotation.ListSteps", parts_.looks,
                                  [this, request, response](const Caller& caller) {
                                    return List(caller, *request, *response);
                                  });
}

}  // namespace dkimkeeper
