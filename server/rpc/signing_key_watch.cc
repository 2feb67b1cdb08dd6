#include "server/rpc/signing_key_watch.h"

#include <google/protobuf/util/message_differencer.h>

#include <utility>

#include "proto/grpc_status.h"
#include "proto/reason.h"
#include "server/rpc/signing_keys.h"

namespace dkimkeeper {
namespace {

constexpr std::string_view kMethod = "Signing.WatchSigningKeys";

bool SameKeys(const v1::ListSigningKeysResponse& a, const v1::ListSigningKeysResponse& b) {
  if (a.keys_size() != b.keys_size()) return false;
  for (int i = 0; i < a.keys_size(); ++i) {
    if (!google::protobuf::util::MessageDifferencer::Equals(a.keys(i), b.keys(i))) return false;
  }
  return true;
}

// The list of `generation` is this caller's now. With limits it may be another one, if he had it at
// another time or place.
bool IsCurrent(const View& view, const Identity& caller, std::uint64_t generation) {
  return generation != 0 && view.contents.generation == generation && !view.rules.HasLimits(caller);
}

}  // namespace

SigningKeyWatch::SigningKeyWatch(const Parts& parts, const grpc::CallbackServerContext& context,
                                 Caller caller, std::uint64_t after_generation)
    : parts_(parts),
      context_(context),
      caller_(std::move(caller)),
      sent_generation_(after_generation),
      first_(!IsCurrent(*parts.registry.Get(), caller_, after_generation)),
      looked_at_(ToTimestamp(parts.clock.Now())) {
  if (!first_) {
    // The caller has this list: remember it, so that only a real change is sent.
    message_ = SigningKeysFor(*parts_.registry.Get(), caller_, {}, ToTimestamp(parts_.clock.Now()));
  }
  on_change_ = parts_.registry.views().Subscribe([this] { Advance(); });
  on_stop_ = parts_.stopping.Subscribe([this] { Advance(); });
  on_rules_ = parts_.calls.WhenRulesChange([this] { Advance(); });
  Advance();
}

void SigningKeyWatch::Advance() {
  if (*parts_.stopping.Get()) {
    End(ToGrpcStatus({Code::kUnavailable, std::string(reason::kShuttingDown),
                      "the server is shutting down; watch again at the next address"}));
    return;
  }
  const auto caller = parts_.calls.WhoCalls(context_);
  if (!caller) return Refuse(caller.error());
  bool lost = false;
  {
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    if (NextLocked(lost)) StartWrite(&message_);
  }
  if (!lost) return;
  Refuse(
      {Code::kPermissionDenied, std::string(reason::kNoGrant),
       caller_.str() + " has no right to sign any more; `dkimkeeper whoami` shows what is left"});
}

void SigningKeyWatch::Refuse(const Error& error) {
  const grpc::Status status = ToGrpcStatus(error);
  if (!MarkEnded(status)) return;
  parts_.calls.Refuse(kMethod, caller_, error);
  Finish(status);  // last: gRPC may delete this at once
}

bool SigningKeyWatch::NextLocked(bool& lost) {
  const ViewPtr view = parts_.registry.Get();
  const Timestamp now = ToTimestamp(parts_.clock.Now());
  const Caller caller(caller_.identity, caller_.from, now);
  const bool may = view->rules.MayAnywhere(caller, Verb::kSign);
  lost = may_sign_ && !may;
  may_sign_ = may;
  if (lost || writing_) return false;
  const bool turned = view->rules.ChangedBetween(looked_at_, now);
  if (!first_ && !turned && view->contents.generation == sent_generation_) return false;
  auto next = SigningKeysFor(*view, caller, {}, now);
  sent_generation_ = view->contents.generation;
  looked_at_ = now;
  if (!first_ && SameKeys(next, message_)) return false;
  first_ = false;
  message_ = std::move(next);
  writing_ = true;
  return true;
}

bool SigningKeyWatch::MarkEnded(const grpc::Status& status) {
  const std::lock_guard lock(mutex_);
  if (ended_) return false;
  ended_ = true;
  status_ = status;
  return true;
}

void SigningKeyWatch::End(const grpc::Status& status) {
  if (MarkEnded(status)) Finish(status);  // without the lock: gRPC may delete this at once
}

void SigningKeyWatch::OnWriteDone(bool ok) {
  {
    const std::lock_guard lock(mutex_);
    writing_ = false;
  }
  if (ok) {
    Advance();
  } else {
    End(grpc::Status(grpc::StatusCode::CANCELLED, "the caller went away"));
  }
}

void SigningKeyWatch::OnCancel() {
  End(grpc::Status(grpc::StatusCode::CANCELLED, "the caller went away"));
}

void SigningKeyWatch::OnDone() {
  parts_.calls.Count(kMethod, status_);
  delete this;
}

}  // namespace dkimkeeper
