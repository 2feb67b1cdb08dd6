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

}  // namespace

SigningKeyWatch::SigningKeyWatch(const Parts& parts, Identity caller,
                                 std::uint64_t after_generation)
    : parts_(parts),
      caller_(std::move(caller)),
      sent_generation_(after_generation),
      first_(after_generation != parts.registry.Get()->contents.generation) {
  if (!first_) {
    // The caller has this list: remember it, so that only a real change is sent.
    message_ = SigningKeysFor(*parts_.registry.Get(), caller_, {}, ToTimestamp(parts_.clock.Now()));
  }
  on_change_ = parts_.registry.views().Subscribe([this] { Advance(); });
  on_stop_ = parts_.stopping.Subscribe([this] { Advance(); });
  Advance();
}

void SigningKeyWatch::Advance() {
  if (*parts_.stopping.Get()) {
    End(ToGrpcStatus({Code::kUnavailable, std::string(reason::kShuttingDown),
                      "the server is shutting down; watch again at the next address"}));
    return;
  }
  const ViewPtr view = parts_.registry.Get();
  const std::lock_guard lock(mutex_);
  if (writing_ || ended_) return;
  if (!first_ && view->contents.generation == sent_generation_) return;
  auto next = SigningKeysFor(*view, caller_, {}, ToTimestamp(parts_.clock.Now()));
  sent_generation_ = view->contents.generation;
  if (!first_ && SameKeys(next, message_)) return;
  first_ = false;
  message_ = std::move(next);
  writing_ = true;
  StartWrite(&message_);
}

void SigningKeyWatch::End(const grpc::Status& status) {
  const std::lock_guard lock(mutex_);
  if (ended_) return;
  ended_ = true;
  status_ = status;
  Finish(status);
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
