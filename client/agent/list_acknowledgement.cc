#include "client/agent/list_acknowledgement.h"

namespace dkimkeeper {
namespace {

constexpr unsigned kCallsAfterFailure = 30;
constexpr unsigned kCallsToRepeat = 600;

}  // namespace

void ListAcknowledgement::Tell(std::optional<std::uint64_t> generation) {
  if (!generation) return;
  ++calls_since_told_;
  if (generation == told_ && calls_since_told_ < kCallsToRepeat) return;
  if (calls_to_wait_ > 0) {
    --calls_to_wait_;
    return;
  }
  if (const Outcome told = client_.AcknowledgeKeys(*generation); !told) {
    calls_to_wait_ = kCallsAfterFailure;
    if (last_trouble_ == told.error().reason) return;
    last_trouble_ = told.error().reason;
    events_.Warning("keys.not_acknowledged",
                    {{"reason", told.error().reason}, {"message", told.error().message}});
    return;
  }
  if (generation != told_) events_.Info("keys.acknowledged", {{"generation", *generation}});
  told_ = generation;
  calls_since_told_ = 0;
  last_trouble_.clear();
}

}  // namespace dkimkeeper
