#include "server/rpc/signing_service.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>

#include "proto/grpc_status.h"
#include "proto/reason.h"
#include "server/rpc/convert.h"
#include "server/rpc/signing_key_watch.h"
#include "server/rpc/signing_keys.h"
#include "server/signing/resolve.h"
#include "server/signing/signed_headers.h"

namespace dkimkeeper {
namespace {

// A caller without a deadline still gets an answer.
constexpr std::chrono::seconds kLongestWait{30};
// Kept back of what a caller has left, at most: the way of the answer. At the deadline itself he
// hears only that it has passed, and not why.
constexpr std::chrono::milliseconds kAnswerTime{100};

// A stream that is refused before it began.
class RefusedWatch final : public grpc::ServerWriteReactor<v1::ListSigningKeysResponse> {
 public:
  explicit RefusedWatch(const Error& error) { Finish(ToGrpcStatus(error)); }
  void OnDone() override { delete this; }
};

void FillResult(const Result<std::string>& signature, v1::SignDigestsResult& result) {
  if (signature) {
    result.set_signature(*signature);
    return;
  }
  result.set_code(ToGrpcCode(signature.error().code));
  result.set_message(signature.error().message);
  *result.mutable_detail() = ToErrorDetail(signature.error());
}

// A batch in flight: the item that ends last answers the call.
struct Batch {
  Batch(int items, grpc::ServerUnaryReactor& call) : remaining(items), reactor(call) {}
  std::atomic<int> remaining;
  grpc::ServerUnaryReactor& reactor;
};

}  // namespace

Deadline SigningService::DeadlineOf(const grpc::CallbackServerContext& context) const {
  using Duration = std::chrono::system_clock::duration;
  const Duration left = context.deadline() - parts_.clock.Now();
  const Duration usable = left - std::min<Duration>(left / 20, kAnswerTime);
  return parts_.clock.Steady() + std::min<Duration>(usable, kLongestWait);
}

Outcome SigningService::FillSigningKeys(const grpc::CallbackServerContext& context,
                                        const v1::ListSigningKeysRequest& request,
                                        v1::ListSigningKeysResponse& response) const {
  const auto caller = parts_.calls.WhoCalls(context);
  if (!caller) return Forward(caller);
  const ViewPtr view = parts_.registry.Get();
  std::optional<Domain> domain;
  if (!request.domain().empty()) {
    auto parsed = Domain::Parse(request.domain());
    if (!parsed) return Forward(parsed);
    if (auto may = view->rules.MaySomewhereIn(*caller, Verb::kSign, *parsed); !may) return may;
    domain = *std::move(parsed);
  }
  response = SigningKeysFor(*view, *caller, domain, ToTimestamp(parts_.clock.Now()));
  return {};
}

grpc::ServerUnaryReactor* SigningService::ListSigningKeys(grpc::CallbackServerContext* context,
                                                          const v1::ListSigningKeysRequest* request,
                                                          v1::ListSigningKeysResponse* response) {
  return parts_.calls.Answer(context, "Signing.ListSigningKeys",
                             FillSigningKeys(*context, *request, *response));
}

grpc::ServerWriteReactor<v1::ListSigningKeysResponse>* SigningService::WatchSigningKeys(
    grpc::CallbackServerContext* context, const v1::WatchSigningKeysRequest* request) {
  auto caller = parts_.calls.WhoCalls(*context);
  if (!caller) {
    constexpr std::string_view kMethod = "Signing.WatchSigningKeys";
    parts_.calls.Refuse(kMethod, caller, caller.error());
    parts_.calls.Count(kMethod, ToGrpcStatus(caller.error()));
    return new RefusedWatch(caller.error());
  }
  return new SigningKeyWatch({parts_.registry, parts_.stopping, parts_.clock, parts_.calls},
                             *context, *std::move(caller), request->after_generation());
}

template <typename Check>
Result<SignOrder> SigningService::OrderFor(const Caller& caller, const SignRequest& request,
                                           const Check& check) const {
  // Asked before the picture is taken: that is not older.
  const bool stale = parts_.registry.SnapshotAge(parts_.clock.Steady()) > parts_.snapshot_max_age;
  const ViewPtr view = parts_.registry.Get();
  const Timestamp now = ToTimestamp(parts_.clock.Now());
  const auto refuse = [&](const Error& error) -> Result<SignOrder> {
    parts_.signer.RecordRefusal(caller, request, error);
    return tl::unexpected(error);
  };
  auto order = Resolve(view->rules, view->keyring, caller, request, now,
                       stale ? KeyringAge::kStale : KeyringAge::kFresh);
  if (!order) return refuse(order.error());
  if (const Outcome good = check(*view, *order->key, now); !good) return refuse(good.error());
  const auto counted = parts_.quotas.Take(order->authorized, parts_.clock.Steady());
  if (!counted) return refuse(counted.error());
  return order;
}

void SigningService::Sign(const Caller& caller, const v1::SignDigestRequest& request,
                          Deadline deadline, Signer::Done done) const {
  const auto decoded = FromProto(request);
  if (!decoded) {
    parts_.signer.RecordMalformed(caller, SignedBy::kDigest, decoded.error());
    return done(Forward(decoded));
  }
  auto order = OrderFor(caller, *decoded, [](const auto&...) { return Outcome(); });
  if (!order) return done(Forward(order));
  parts_.signer.Sign(*std::move(order), deadline, std::move(done));
}

void SigningService::Sign(const Caller& caller, const v1::SignHeadersRequest& request,
                          Deadline deadline, Signer::Done done) const {
  const auto decoded = FromProto(request);
  if (!decoded) {
    parts_.signer.RecordMalformed(caller, SignedBy::kHeaders, decoded.error());
    return done(Forward(decoded));
  }
  const auto check = [&](const View& view, const Key& key, Timestamp now) {
    const KeyPolicy policy = PolicyOf(view, key.domain, key.sender, parts_.policy);
    return CheckSignedHeaders(
        request.header_block(), *decoded,
        {.from = policy.from_alignment, .strict_identity = policy.record_strict}, now);
  };
  auto order = OrderFor(caller, *decoded, check);
  if (!order) return done(Forward(order));
  parts_.signer.Sign(*std::move(order), deadline, std::move(done));
}

template <typename Request>
grpc::ServerUnaryReactor* SigningService::SignOne(std::string_view method,
                                                  grpc::CallbackServerContext& context,
                                                  const Request& request,
                                                  v1::SignDigestResponse& response) const {
  const auto caller = parts_.calls.WhoCalls(context);
  if (!caller) return parts_.calls.Answer(&context, method, Forward(caller));
  auto* reactor = context.DefaultReactor();
  Sign(*caller, request, DeadlineOf(context),
       [this, reactor, &response, method](Result<std::string> signature) {
         const Outcome outcome = signature ? Outcome() : Outcome(Forward(signature));
         if (signature) response.set_signature(*std::move(signature));
         parts_.calls.Finish(*reactor, method, outcome);
       });
  return reactor;
}

grpc::ServerUnaryReactor* SigningService::SignDigest(grpc::CallbackServerContext* context,
                                                     const v1::SignDigestRequest* request,
                                                     v1::SignDigestResponse* response) {
  return SignOne("Signing.SignDigest", *context, *request, *response);
}

grpc::ServerUnaryReactor* SigningService::SignHeaders(grpc::CallbackServerContext* context,
                                                      const v1::SignHeadersRequest* request,
                                                      v1::SignDigestResponse* response) {
  return SignOne("Signing.SignHeaders", *context, *request, *response);
}

grpc::ServerUnaryReactor* SigningService::SignDigests(grpc::CallbackServerContext* context,
                                                      const v1::SignDigestsRequest* request,
                                                      v1::SignDigestsResponse* response) {
  constexpr std::string_view kMethod = "Signing.SignDigests";
  const auto caller = parts_.calls.WhoCalls(*context);
  if (!caller) return parts_.calls.Answer(context, kMethod, Forward(caller));
  const int items = request->items_size();
  if (items == 0 || static_cast<unsigned>(items) > parts_.max_batch) {
    return parts_.calls.Answer(
        context, kMethod,
        Fail(Code::kInvalidArgument, reason::kBadBatch,
             "a batch holds 1 to " + std::to_string(parts_.max_batch) + " items"));
  }
  const Deadline deadline = DeadlineOf(*context);
  auto batch = std::make_shared<Batch>(items, *context->DefaultReactor());
  for (int i = 0; i < items; ++i) response->add_results();
  for (int i = 0; i < items; ++i) {
    Sign(*caller, request->items(i), deadline,
         [this, batch, result = response->mutable_results(i),
          kMethod](const Result<std::string>& signature) {
           FillResult(signature, *result);
           if (batch->remaining.fetch_sub(1) == 1) {
             parts_.calls.Finish(batch->reactor, kMethod, Outcome());
           }
         });
  }
  return &batch->reactor;
}

Outcome SigningService::Acknowledge(const Caller& caller, std::uint64_t generation) const {
  const ViewPtr view = parts_.registry.Get();
  if (!view->rules.MayAnywhere(caller, Verb::kSign)) {
    return Forward(view->rules.Authorize(caller, Verb::kSign, Scope::Everything()));
  }
  const std::uint64_t newest = view->contents.generation;
  if (generation > newest) {
    return Fail(Code::kInvalidArgument, reason::kBadOption,
                "no list of generation " + std::to_string(generation) +
                    " was sent from here: the newest is " + std::to_string(newest) +
                    "; acknowledge the one that you have, or try again later");
  }
  parts_.agents.Note({caller, generation, ToTimestamp(parts_.clock.Now())});
  return {};
}

grpc::ServerUnaryReactor* SigningService::AcknowledgeKeys(
    grpc::CallbackServerContext* context, const v1::AcknowledgeKeysRequest* request,
    v1::AcknowledgeKeysResponse* /*response*/) {
  return parts_.calls.AnswerNow(context, "Signing.AcknowledgeKeys", [&](const Caller& caller) {
    return Acknowledge(caller, request->generation());
  });
}

}  // namespace dkimkeeper
