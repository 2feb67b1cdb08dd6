#include "server/lifecycle/rotate_decisions.h"

#include <algorithm>
#include <utility>

#include "proto/reason.h"
#include "server/keys/key_state.h"
#include "server/lifecycle/key_admission.h"

namespace dkimkeeper {
namespace {

std::vector<Change> EndTurns(std::span<const KeyPtr> keys, Timestamp now) {
  std::vector<Change> changes;
  for (const KeyPtr& key : keys) {
    if (StateAt(*key, now) != KeyState::kActive) continue;
    Key due = *key;
    due.rotate_at = std::min(now, key->rotate_at.value_or(now));
    changes.emplace_back(PutKey{std::move(due)});
  }
  return changes;
}

}  // namespace

Outcome CheckDestroyNow(const View& view, const Caller& caller, const Scope& scope,
                        bool compromised, bool destroy_now) {
  if (!destroy_now) return {};
  if (!compromised) {
    return Fail(Code::kInvalidArgument, reason::kBadOption,
                "--destroy-now is for compromised keys: mail signed with the others is still in "
                "transit; give --compromised, too, or leave it out");
  }
  const auto authorized = view.rules.Authorize(caller, Verb::kAdminister, scope);
  if (!authorized) return Forward(authorized);
  return {};
}

Result<Decision> DecideRotate(const View& view, const Caller& caller, const RotateRequest& request,
                              const Policy& policy, std::span<const TokenTerms> tokens,
                              Timestamp now) {
  const auto place = FindLine(view, caller, Verb::kRotate, {request.domain, request.sender});
  if (!place) return Forward(place);
  const auto may = CheckDestroyNow(view, caller, Scope::Of(request.domain, request.sender),
                                   request.compromised, request.destroy_now);
  if (!may) return Forward(may);
  if (!request.compromised && view.contents.domains.at(request.domain).paused_at) {
    return Fail(Code::kFailedPrecondition, reason::kDomainPaused,
                "domain " + request.domain.str() +
                    " is paused: nothing planned happens; `domain "
                    "resume` it first, or give --compromised in an emergency");
  }
  const auto keys = SigningKeysOf(view, request.domain, request.sender, now);
  const std::string subject = request.domain.str() + "/" + request.sender.str();
  auto changes =
      request.compromised
          ? StopCompromised(
                view, keys,
                {.policy = policy, .tokens = tokens, .destroy_now = request.destroy_now}, now)
          : EndTurns(keys, now);
  if (changes.empty()) {
    return Fail(Code::kFailedPrecondition, reason::kNoActiveKey,
                "no key of " + subject +
                    " is active, so there is nothing to rotate; `dkimkeeper next " +
                    request.domain.str() + "` says when its first one will be");
  }
  return Decision{std::move(changes), subject};
}

}  // namespace dkimkeeper
