#include "server/signing/signer.h"

#include <memory>
#include <utility>

#include "proto/dkim/hex.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::string_view kAct = "sign";
constexpr std::string_view kOk = "ok";

// Long enough for a worker to be started again, short enough for a mail server's patience.
constexpr std::chrono::milliseconds kAwayHint{1000};

// Why the queue did not take an order. A queue that is full because its token is away does not
// drain: its callers hear about the token.
Error WhyNotQueued(const ServedToken& served, const Error& error) {
  if (error.reason != reason::kQueueFull) return error;
  const TokenInfo info = served.token.Info();
  if (info.ready_workers > 0) return error;
  return {.code = Code::kUnavailable,
          .reason = std::string(reason::kTokenAway),
          .message = "token " + served.name +
                     " is away and too many requests wait for it already; retry later",
          .retry_after = kAwayHint};
}

}  // namespace

void Signer::Sign(SignOrder order, Deadline deadline, Done done) {
  // A std::function must be copyable and an order is a handful of strings: share one.
  struct Job {
    SignOrder order;
    Deadline deadline;
    Done done;
    Deadline queued_at;
  };
  const auto served = parts_.tokens.Find(order.key->token);
  if (!served) return Refuse(order, served.error(), done);
  auto job = std::make_shared<Job>(
      Job{std::move(order), deadline, std::move(done), parts_.clock.Steady()});
  const auto submitted = (*served)->signing.Submit([this, job, &token = (*served)->token] {
    parts_.metrics.ObserveQueueTime(parts_.clock.Steady() - job->queued_at);
    parts_.metrics.SetQueueDepth(queued());
    auto result = CallToken(token, job->order, job->deadline);
    Record(job->order, result);
    job->done(std::move(result));
  });
  if (submitted) return;
  Refuse(job->order, WhyNotQueued(**served, submitted.error()), job->done);
}

void Signer::Refuse(const SignOrder& order, const Error& error, const Done& done) {
  Result<std::string> refused = tl::unexpected(error);
  Record(order, refused);
  done(std::move(refused));
}

std::size_t Signer::queued() const {
  std::size_t waiting = 0;
  for (const ServedToken& served : parts_.tokens) waiting += served.signing.Waiting();
  return waiting;
}

Result<std::string> Signer::CallToken(Token& token, const SignOrder& order, Deadline deadline) {
  const auto started = parts_.clock.Steady();
  if (started >= deadline) {
    return Fail(Code::kDeadlineExceeded, reason::kDeadline,
                "the deadline passed while the request waited for the token; allow more time or "
                "lower the load");
  }
  auto signature = token.Sign(order.key->id, order.digest, deadline);
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
