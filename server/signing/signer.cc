#include "server/signing/signer.h"

#include <memory>
#include <utility>

#include "proto/dkim/hex.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::string_view kAct = "sign";
constexpr std::string_view kOk = "ok";

}  // namespace

void Signer::Sign(SignOrder order, Deadline deadline, Done done) {
  // A std::function must be copyable and an order is a handful of strings: share one.
  struct Job {
    SignOrder order;
    Deadline deadline;
    Done done;
    Deadline queued_at;
  };
  auto job = std::make_shared<Job>(
      Job{std::move(order), deadline, std::move(done), parts_.clock.Steady()});
  const auto submitted = parts_.queue.Submit([this, job] {
    parts_.metrics.ObserveQueueTime(parts_.clock.Steady() - job->queued_at);
    parts_.metrics.SetQueueDepth(parts_.queue.Waiting());
    auto result = CallToken(job->order, job->deadline);
    Record(job->order, result);
    job->done(std::move(result));
  });
  if (submitted) return;
  Result<std::string> refused = Forward(submitted);
  Record(job->order, refused);
  job->done(std::move(refused));
}

Result<std::string> Signer::CallToken(const SignOrder& order, Deadline deadline) {
  const auto started = parts_.clock.Steady();
  if (started >= deadline) {
    return Fail(Code::kDeadlineExceeded, reason::kDeadline,
                "the deadline passed while the request waited for the token; allow more time or "
                "lower the load");
  }
  auto signature = parts_.token.Sign(order.key->id, order.digest, deadline);
  parts_.metrics.ObserveTokenTime(parts_.clock.Steady() - started);
  if (!signature && signature.error().reason == reason::kKeyChanged && parts_.on_key_changed) {
    parts_.on_key_changed(*order.key);
  }
  return signature;
}

void Signer::Record(const SignOrder& order, const Result<std::string>& result) {
  const std::string_view outcome = result ? kOk : std::string_view(result.error().reason);
  (result ? signatures_ : failures_).fetch_add(1, std::memory_order_relaxed);
  parts_.metrics.CountSignature(order.key->algorithm, outcome);
  const auto digest = order.digest.ToBytes();
  parts_.audit.Append({.at = ToTimestamp(parts_.clock.Now()),
                       .identity = order.authorized.identity().str(),
                       .act = kAct,
                       .domain = order.key->domain.str(),
                       .sender = order.key->sender.str(),
                       .selector = order.key->selector.str(),
                       .algorithm = AlgorithmName(order.key->algorithm),
                       .digest = EncodeHex(digest),
                       .claimed = order.note,
                       .result = std::string(outcome)});
}

void Signer::RecordRefusal(const Identity& caller, const SignRequest& request, const Error& error) {
  failures_.fetch_add(1, std::memory_order_relaxed);
  parts_.metrics.CountSignature(request.algorithm, error.reason);
  parts_.audit.Append({.at = ToTimestamp(parts_.clock.Now()),
                       .identity = caller.str(),
                       .act = kAct,
                       .domain = request.domain.str(),
                       .sender = request.sender ? request.sender->str() : "",
                       .selector = request.selector.str(),
                       .algorithm = AlgorithmName(request.algorithm),
                       .digest = EncodeHex(request.digest.ToBytes()),
                       .claimed = request.note,
                       .result = error.reason});
}

}  // namespace dkimkeeper
