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

Signer::Signer(Parts parts) : parts_(std::move(parts)) {
  for (const ServedToken& served : parts_.tokens) {
    lanes_.emplace_back(served, parts_.metrics, parts_.clock);
  }
}

Signer::~Signer() {
  for (SigningLane& lane : lanes_) lane.AwaitBegun();
  parts_.tokens.StopSigning();
}

SigningLane& Signer::LaneOf(const ServedToken& served) {
  return lanes_[static_cast<std::size_t>(&served - &*parts_.tokens.begin())];
}

void Signer::Sign(SignOrder order, Deadline deadline, Done done) {
  // A std::function must be copyable and an order is a handful of strings: share one.
  struct Asked {
    SignOrder order;
    Done done;
  };
  const auto served = parts_.tokens.Find(order.key->token);
  if (!served) return Refuse(order, served.error(), done);
  const auto asked = std::make_shared<const Asked>(Asked{std::move(order), std::move(done)});
  const auto submitted =
      LaneOf(**served).Submit({.key = asked->order.key->id,
                               .digest = asked->order.digest,
                               .deadline = deadline,
                               .done = [this, asked](Result<std::string> result) {
                                 Finish(asked->order, std::move(result), asked->done);
                               }});
  if (submitted) return;
  Refuse(asked->order, WhyNotQueued(**served, submitted.error()), asked->done);
}

void Signer::Finish(const SignOrder& order, Result<std::string> result, const Done& done) {
  parts_.metrics.SetQueueDepth(queued());
  if (!result && result.error().reason == reason::kKeyChanged && parts_.on_key_changed) {
    parts_.on_key_changed(*order.key);
  }
  Record(order, result);
  done(std::move(result));
}

void Signer::Refuse(const SignOrder& order, const Error& error, const Done& done) {
  Result<std::string> refused = tl::unexpected(error);
  Record(order, refused);
  done(std::move(refused));
}

std::size_t Signer::queued() const {
  std::size_t waiting = 0;
  for (const SigningLane& lane : lanes_) waiting += lane.Waiting();
  return waiting;
}

void Signer::Record(const SignOrder& order, const Result<std::string>& result) {
  const std::string_view outcome = result ? kOk : std::string_view(result.error().reason);
  (result ? signatures_ : failures_).fetch_add(1, std::memory_order_relaxed);
  parts_.metrics.CountSignature(order.key->algorithm, outcome);
  const auto digest = order.digest.ToBytes();
  parts_.audit.Append({.at = ToTimestamp(parts_.clock.Now()),
                       .identity = order.authorized.identity().str(),
                       .act = std::string(kAct),
                       .domain = order.key->domain.str(),
                       .sender = order.key->sender.str(),
                       .selector = order.key->selector.str(),
                       .algorithm = std::string(AlgorithmName(order.key->algorithm)),
                       .digest = EncodeHex(digest),
                       .claimed = order.note,
                       .result = std::string(outcome)});
}

void Signer::RecordRefusal(const Identity& caller, const SignRequest& request, const Error& error) {
  failures_.fetch_add(1, std::memory_order_relaxed);
  parts_.metrics.CountSignature(request.algorithm, error.reason);
  parts_.audit.Append({.at = ToTimestamp(parts_.clock.Now()),
                       .identity = caller.str(),
                       .act = std::string(kAct),
                       .domain = request.domain.str(),
                       .sender = request.sender ? request.sender->str() : "",
                       .selector = request.selector.str(),
                       .algorithm = std::string(AlgorithmName(request.algorithm)),
                       .digest = EncodeHex(request.digest.ToBytes()),
                       .claimed = request.note,
                       .result = error.reason});
}

}  // namespace dkimkeeper
