#include "server/signing/signer.h"

#include <memory>
#include <utility>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::string_view kAct = "sign";
constexpr std::string_view kHeadersAct = "sign.headers";
constexpr std::string_view kOk = "ok";

std::string ActOf(SignedBy by) {
  return std::string(by == SignedBy::kHeaders ? kHeadersAct : kAct);
}

// What was wrong with headers is for whoever looks into it later.
std::string DetailOf(const Error& error) {
  const bool of_headers =
      error.reason == reason::kBadHeaders || error.reason == reason::kBadTagList;
  return of_headers ? error.message : "";
}

// Long enough for a worker to be started again, short enough for a mail server's patience.
constexpr std::chrono::milliseconds kAwayHint{1000};

// Why the queue did not take an order. A queue that is full because its token is away does not
// drain: its callers hear about the token.
Error WhyNotQueued(const ServedToken& served, const Error& error) {
  if (error.reason != reason::kQueueFull && error.reason != reason::kOverShare) return error;
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
  const auto asked = std::make_shared<const Asked>(
      Asked{std::move(order), parts_.clock.Steady(), std::move(done)});
  if (const auto admitted = parts_.audit.AdmitsSignature(); !admitted) {
    return Refuse(*asked, admitted.error());
  }
  const auto served = parts_.tokens.Find(asked->order.key->token);
  if (!served) return Refuse(*asked, served.error());
  const auto submitted = LaneOf(**served).Submit(
      {.whose = asked->order.authorized.identity().str(),
       .key = asked->order.key->id,
       .digest = asked->order.digest,
       .deadline = deadline,
       .done = [this, asked](Result<std::string> result) { Finish(asked, std::move(result)); }});
  if (submitted) return;
  Refuse(*asked, WhyNotQueued(**served, submitted.error()));
}

void Signer::Finish(const AskedPtr& asked, Result<std::string> result) {
  parts_.metrics.SetQueueDepth(queued());
  if (!result) {
    if (result.error().reason == reason::kKeyChanged && parts_.on_key_changed) {
      parts_.on_key_changed(*asked->order.key);
    }
    return Refuse(*asked, result.error());
  }
  Count(asked->order.key->algorithm, kOk);
  NoteSignature(asked->order.authorized);
  if (!parts_.audit.HoldsSignatures()) {
    parts_.audit.Append(EntryFor(*asked, kOk));
    return asked->done(std::move(result));
  }
  parts_.audit.Append(EntryFor(*asked, kOk), AuditLog::Awaited::kSignature,
                      [asked, result = std::move(result)](const Outcome& written) {
                        asked->done(written ? result : Result<std::string>(Forward(written)));
                      });
}

void Signer::Refuse(const Asked& asked, const Error& error) {
  Count(asked.order.key->algorithm, error.reason);
  parts_.activity.NoteRefusal(asked.order.authorized.identity().str(), error.reason,
                              ToTimestamp(parts_.clock.Now()));
  parts_.audit.Append(EntryFor(asked, error.reason));
  asked.done(tl::unexpected(error));
}

std::size_t Signer::queued() const {
  std::size_t waiting = 0;
  for (const SigningLane& lane : lanes_) waiting += lane.Waiting();
  return waiting;
}

void Signer::Count(Algorithm algorithm, std::string_view outcome) {
  (outcome == kOk ? signatures_ : failures_).fetch_add(1, std::memory_order_relaxed);
  parts_.metrics.CountSignature(algorithm, outcome);
}

void Signer::NoteSignature(const Authorized& authorized) {
  const bool first = parts_.activity.NoteSignature(authorized, ToTimestamp(parts_.clock.Now()));
  if (first && parts_.on_first_use) parts_.on_first_use(authorized);
}

AuditEntry Signer::EntryFor(const Asked& asked, std::string_view outcome) const {
  using std::chrono::microseconds;
  const Key& key = *asked.order.key;
  const auto latency =
      std::chrono::duration_cast<microseconds>(parts_.clock.Steady() - asked.at).count();
  return {.at = std::chrono::floor<microseconds>(parts_.clock.Now()),
          .identity = asked.order.authorized.identity().str(),
          .act = ActOf(asked.order.by),
          .domain = key.domain.str(),
          .sender = key.sender.str(),
          .selector = key.selector.str(),
          .algorithm = std::string(AlgorithmName(key.algorithm)),
          .digest = asked.order.digest,
          .claimed = asked.order.note,
          .result = std::string(outcome),
          .latency_microseconds = static_cast<std::uint32_t>(latency)};
}

void Signer::RecordRefusal(const Identity& caller, const SignRequest& request, const Error& error) {
  Count(request.algorithm, error.reason);
  parts_.activity.NoteRefusal(caller.str(), error.reason, ToTimestamp(parts_.clock.Now()));
  parts_.audit.Append({.at = std::chrono::floor<std::chrono::microseconds>(parts_.clock.Now()),
                       .identity = caller.str(),
                       .act = ActOf(request.by),
                       .domain = request.domain.str(),
                       .sender = request.sender ? request.sender->str() : "",
                       .selector = request.selector.str(),
                       .algorithm = std::string(AlgorithmName(request.algorithm)),
                       .digest = request.digest,
                       .claimed = request.note,
                       .result = error.reason,
                       .detail = DetailOf(error)});
}

void Signer::RecordMalformed(const Identity& caller, SignedBy by, const Error& error) {
  failures_.fetch_add(1, std::memory_order_relaxed);
  parts_.activity.NoteRefusal(caller.str(), error.reason, ToTimestamp(parts_.clock.Now()));
  parts_.audit.Append({.at = std::chrono::floor<std::chrono::microseconds>(parts_.clock.Now()),
                       .identity = caller.str(),
                       .act = ActOf(by),
                       .result = error.reason,
                       .detail = error.message});
}

}  // namespace dkimkeeper
