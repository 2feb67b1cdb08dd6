#include "client/lib/digest_batch.h"

#include <algorithm>
#include <utility>

#include "client/lib/signing_messages.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

// The most that the API takes in one SignDigests call.
constexpr std::size_t kLargestBatch = 64;

using Answers = std::span<Result<std::string>>;

// The items of one call that have no final answer yet, and where their answers belong.
class Pending {
 public:
  // `positions` are those of the items that are sent.
  Pending(std::span<const DigestToSign> items, std::span<const std::size_t> positions,
          const std::string& note, Answers answers)
      : positions_(positions.begin(), positions.end()), answers_(answers) {
    for (const std::size_t each : positions_) *request_.add_items() = ToMessage(items[each], note);
  }

  [[nodiscard]] const v1::SignDigestsRequest& request() const { return request_; }

  // Keeps what may succeed at another try; its error is the outcome.
  Outcome Settle(const v1::SignDigestsResponse& response) {
    if (response.results_size() != request_.items_size()) {
      return Fail(Code::kInternal, reason::kInternal,
                  "the server answered " + std::to_string(response.results_size()) +
                      " results for " + std::to_string(request_.items_size()) +
                      " digests; report this as a bug of the server");
    }
    Outcome outcome;
    v1::SignDigestsRequest again;
    std::vector<std::size_t> again_positions;
    for (int i = 0; i < response.results_size(); ++i) {
      const std::size_t position = positions_[static_cast<std::size_t>(i)];
      answers_[position] = FromMessage(response.results(i));
      const Result<std::string>& answer = answers_[position];
      if (answer || answer.error().code != Code::kUnavailable) continue;
      outcome = Forward(answer);
      *again.add_items() = request_.items(i);
      again_positions.push_back(position);
    }
    request_ = std::move(again);
    positions_ = std::move(again_positions);
    return outcome;
  }

  void FailAll(const Error& error) {
    for (const std::size_t position : positions_) answers_[position] = tl::unexpected(error);
  }

 private:
  v1::SignDigestsRequest request_;
  std::vector<std::size_t> positions_;
  Answers answers_;
};

void SignBatch(Connection& connection, std::span<const DigestToSign> items,
               std::span<const std::size_t> positions, const CallOptions& call, Answers answers) {
  Pending pending(items, positions, call.note, answers);
  const Outcome outcome =
      connection.Call(Repeat::kWhenAwayOrSlow, call.deadline,
                      [&](Endpoint& endpoint, grpc::ClientContext& context) -> Outcome {
                        v1::SignDigestsResponse response;
                        const grpc::Status status =
                            endpoint.signing->SignDigests(&context, pending.request(), &response);
                        if (!status.ok()) return Connection::ToOutcome(status);
                        return pending.Settle(response);
                      });
  if (!outcome) pending.FailAll(outcome.error());
}

Result<std::string> SignHeaders(Connection& connection, const DigestToSign& item,
                                const CallOptions& call) {
  return connection
      .Unary(Repeat::kWhenAwayOrSlow, call.deadline, &Endpoint::signing,
             &v1::Signing::Stub::SignHeaders, ToHeadersMessage(item, call.note))
      .map([](const v1::SignDigestResponse& response) { return response.signature(); });
}

bool NeedsHeaders(const DigestToSign& item, const Result<std::string>& answer) {
  if (item.header_block.empty()) return false;
  if (item.headers_required) return true;
  return !answer && answer.error().reason == reason::kHeadersRequired;
}

}  // namespace

std::vector<Result<std::string>> SignInBatches(Connection& connection,
                                               std::span<const DigestToSign> items,
                                               const CallOptions& call) {
  std::vector<Result<std::string>> answers(items.size());
  std::vector<std::size_t> digests;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!NeedsHeaders(items[i], answers[i])) digests.push_back(i);
  }
  const std::span<const std::size_t> all(digests);
  for (std::size_t start = 0; start < all.size(); start += kLargestBatch) {
    const std::size_t count = std::min(kLargestBatch, all.size() - start);
    SignBatch(connection, items, all.subspan(start, count), call, answers);
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (NeedsHeaders(items[i], answers[i])) answers[i] = SignHeaders(connection, items[i], call);
  }
  return answers;
}

}  // namespace dkimkeeper
