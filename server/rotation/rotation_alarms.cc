#include "server/rotation/rotation_alarms.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "proto/reason.h"
#include "server/keys/key_state.h"
#include "server/lifecycle/key_decisions.h"
#include "server/rotation/hand_over.h"

namespace dkimkeeper {
namespace {

constexpr std::string_view kRecordLost = "record.lost";
constexpr std::string_view kRecordChanged = "record.changed";
constexpr std::string_view kPublisherFailed = "publisher.failed";
constexpr std::string_view kPoolExhausted = "pool.exhausted";
constexpr std::string_view kStuck = "rotation.stuck";
constexpr std::string_view kAgentBehind = "agent.behind";
constexpr std::array kNames{kRecordLost,    kRecordChanged, kPublisherFailed,
                            kPoolExhausted, kStuck,         kAgentBehind};

// A server that is restarted is away for one or two tries.
constexpr std::size_t kAwayTries = 3;
// Of steps that failed; those that only have to wait may do so for a day.
constexpr std::size_t kFailedTries = 10;
constexpr std::chrono::hours kWaitedFor{24};

Alarm AlarmOf(std::string_view name, std::string subject, std::string message) {
  return {.name = std::string(name),
          .subject = std::move(subject),
          .message = std::move(message),
          .since = {}};
}

std::string SubjectOf(const Step& step) {
  if (step.selector) return step.domain.str() + "/" + step.selector->str();
  return step.domain.str() + "/" + step.sender.str() + "/" +
         std::string(AlgorithmName(step.algorithm));
}

bool IsPublishing(StepKind kind) {
  return kind == StepKind::kPublish || kind == StepKind::kWithdraw || kind == StepKind::kRemove;
}

bool IsStuck(const Attempt& attempt, Timestamp now) {
  if (!attempt.reason.empty() && attempt.tries >= kFailedTries) return true;
  return attempt.first_at + kWaitedFor <= now;
}

void AddRecords(const View& view, Timestamp now, std::vector<Alarm>& alarms) {
  for (const auto& [name, key] : view.contents.keys) {
    const KeyState state = StateAt(*key, now);
    if (key->record_foreign && state != KeyState::kDestroyed) {
      alarms.push_back(AlarmOf(kRecordChanged, NameOf(*key),
                               "somebody else changed the record of this key; it is left alone: "
                               "`dkimkeeper dns check` shows it, remove what is not wanted"));
    }
    if (!key->record_lost_at || key->record_foreign) continue;
    if (state == KeyState::kRevoked || state == KeyState::kDestroyed) continue;
    alarms.push_back(AlarmOf(kRecordLost, NameOf(*key),
                             "the record of this key vanished or changed; `dkimkeeper dns check` "
                             "shows what each server says: publish it again, or rotate"));
  }
}

void AddAttempt(const Step& step, const Attempt& attempt, Timestamp now,
                std::vector<Alarm>& alarms) {
  const bool away = attempt.reason == reason::kPublisherAway;
  if (attempt.reason == reason::kPoolExhausted) {
    alarms.push_back(AlarmOf(kPoolExhausted, SubjectOf(step), attempt.problem));
  } else if (IsPublishing(step.kind) && !attempt.reason.empty() &&
             (!away || attempt.tries >= kAwayTries)) {
    alarms.push_back(AlarmOf(kPublisherFailed, SubjectOf(step), attempt.problem));
  }
  if (IsStuck(attempt, now)) {
    alarms.push_back(
        AlarmOf(kStuck, SubjectOf(step),
                "`" + std::string(StepName(step.kind)) + "` gets nowhere: " + attempt.problem));
  }
}

}  // namespace

std::vector<Alarm> RotationAlarms(const View& view, std::span<const Step> planned,
                                  const Attempts& attempts, Timestamp now) {
  std::vector<Alarm> alarms;
  AddRecords(view, now, alarms);
  for (const Step& step : planned) {
    if (const auto attempt = attempts.Find(step)) AddAttempt(step, *attempt, now, alarms);
  }
  return alarms;
}

std::vector<Alarm> AgentAlarms(const View& view, const AgentList& agents, Timestamp now) {
  std::map<std::string, std::string> first_keys;  // by identity
  for (const auto& [name, key] : view.contents.keys) {
    const bool over = key->signs_until && *key->signs_until <= now && !key->handed_over_at;
    if (!over || StateAt(*key, now) != KeyState::kRetiring) continue;
    for (std::string& identity : HandOverOf(view, *key, agents).behind) {
      first_keys.emplace(std::move(identity), NameOf(*key));
    }
  }
  std::vector<Alarm> alarms;
  alarms.reserve(first_keys.size());
  for (const auto& [identity, key] : first_keys) {
    alarms.push_back(AlarmOf(kAgentBehind, identity,
                             "the hand-over window of " + key +
                                 " is over, and this agent has not taken its successor: see that "
                                 "it runs and reaches the server, or take its grant away"));
  }
  return alarms;
}

void ShowAlarms(const std::vector<Alarm>& wanted, AlarmBoard& board, Timestamp now) {
  std::set<std::pair<std::string, std::string>> names;
  for (const Alarm& alarm : wanted) {
    names.emplace(alarm.name, alarm.subject);
    board.Raise(alarm.name, alarm.subject, alarm.message, now);
  }
  for (const Alarm& alarm : board.List()) {
    const bool ours = std::ranges::find(kNames, alarm.name) != kNames.end();
    if (ours && !names.contains({alarm.name, alarm.subject})) {
      board.Clear(alarm.name, alarm.subject, now);
    }
  }
}

}  // namespace dkimkeeper
