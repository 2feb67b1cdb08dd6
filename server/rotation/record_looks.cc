#include "server/rotation/record_looks.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace dkimkeeper {
namespace {

RecordAgreement MeaningOf(RecordWish wish, RecordFinding finding) {
  switch (finding) {
    case RecordFinding::kMissing:
      return wish == RecordWish::kKey ? RecordAgreement::kAsBefore : RecordAgreement::kNothingThere;
    case RecordFinding::kPresent:
    case RecordFinding::kRevoked:
      return wish == RecordWish::kKey ? RecordAgreement::kForeign : RecordAgreement::kAsBefore;
    case RecordFinding::kOtherKey:
    case RecordFinding::kSeveral:
    case RecordFinding::kMalformed:
      return RecordAgreement::kForeign;
    case RecordFinding::kAsWished:
    case RecordFinding::kLoop:
    case RecordFinding::kRefused:
    case RecordFinding::kNoAnswer:
      return RecordAgreement::kNone;
  }
  return RecordAgreement::kNone;
}

// Those whose word counts.
const std::vector<ServerAnswer>& Witnesses(const RecordCheck& check) {
  return check.proof == ProofBy::kServers ? check.servers : check.resolvers;
}

}  // namespace

RecordCheck RecordLooks::Look(const Key& key, RecordWish wish, const KeyPolicy& policy) {
  const Timestamp now = Now();
  auto check = parts_.checker.Check({.domain = key.domain,
                                     .selector = key.selector,
                                     .wish = wish,
                                     .public_key = *key.public_key,
                                     .proof = policy.proof,
                                     .udp = policy.proof_udp,
                                     .waived = Waived(policy, now),
                                     .servers_only = wish != RecordWish::kKey},
                                    now);
  Note(check);
  // What DNS said counts also where it cannot be kept for people to see.
  (void)parts_.store.PutCheck(key.id, {.at = check.at, .text = parts_.render(check)});
  return check;
}

std::vector<std::string> RecordLooks::Waived(const KeyPolicy& policy, Timestamp now) const {
  std::vector<std::string> waived;
  if (policy.waive_unreachable.count() == 0) return waived;
  const std::lock_guard lock(mutex_);
  for (const auto& [server, since] : silent_since_) {
    if (since + policy.waive_unreachable <= now) waived.push_back(server);
  }
  return waived;
}

void RecordLooks::Note(const RecordCheck& check) {
  const std::lock_guard lock(mutex_);
  for (const ServerAnswer& answer : check.servers) {
    if (answer.finding == RecordFinding::kNoAnswer) {
      silent_since_.try_emplace(answer.server, check.at);
    } else {
      silent_since_.erase(answer.server);
    }
  }
}

void RecordLooks::Forget() {
  const std::lock_guard lock(mutex_);
  silent_since_.clear();
}

std::string ProblemOf(const RecordCheck& check) {
  if (check.verdict == RecordVerdict::kProven) return {};
  if (!check.problem.empty()) return check.problem;
  for (const auto* answers : {&check.servers, &check.resolvers}) {
    const auto other = std::ranges::find_if(*answers, [](const ServerAnswer& answer) {
      return answer.finding != RecordFinding::kAsWished && !answer.waived;
    });
    if (other == answers->end()) continue;
    std::string problem = other->server;
    problem.append(": ").append(RecordFindingName(other->finding));
    if (!other->detail.empty()) problem.append(" (").append(other->detail).append(")");
    return problem;
  }
  return "too few servers answered";
}

RecordAgreement AgreementOf(const RecordCheck& check) {
  std::optional<RecordAgreement> all;
  for (const ServerAnswer& answer : Witnesses(check)) {
    if (answer.waived && answer.finding == RecordFinding::kNoAnswer) continue;
    const RecordAgreement one = MeaningOf(check.wish, answer.finding);
    if (all.value_or(one) != one) return RecordAgreement::kNone;
    all = one;
  }
  return all.value_or(RecordAgreement::kNone);
}

}  // namespace dkimkeeper
