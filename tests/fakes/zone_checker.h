// What servers show of the records in a MemoryPublisher, each in a mood of its own.
#ifndef TESTS_FAKES_ZONE_CHECKER_H_
#define TESTS_FAKES_ZONE_CHECKER_H_

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/dns/record_checker.h"
#include "tests/fakes/memory_publisher.h"

namespace dkimkeeper {

// Two authoritative servers, "ns1" and "ns2", and no resolver. Thread-safe.
class ZoneChecker final : public RecordChecker {
 public:
  enum class Mood : std::uint8_t {
    kHonest,
    kSilent,    // no answer
    kRefusing,  // SERVFAIL
    kEmpty,     // no record, whatever there is
    kLying,     // somebody else's key
  };

  // `zone` must outlive this.
  explicit ZoneChecker(const MemoryPublisher& zone) : zone_(zone) {}

  void Set(const std::string& server, Mood mood) {
    const std::lock_guard lock(mutex_);
    moods_[server] = mood;
  }
  void SetAll(Mood mood) {
    const std::lock_guard lock(mutex_);
    for (auto& [server, own] : moods_) own = mood;
  }
  // Says that what it found is proven, and that DNS shows this key: a checker with a bug.
  void Claim(std::optional<PublicKey> fetched) {
    const std::lock_guard lock(mutex_);
    claimed_ = std::move(fetched);
  }
  void SetWait(std::chrono::seconds wait) {
    const std::lock_guard lock(mutex_);
    wait_ = wait;
  }
  // Runs before each check, in its thread; set before the first one.
  void SetHook(std::function<void(const RecordQuestion&)> hook) { hook_ = std::move(hook); }
  // Every question, in order.
  [[nodiscard]] std::vector<RecordQuestion> Questions() const {
    const std::lock_guard lock(mutex_);
    return questions_;
  }

  [[nodiscard]] RecordCheck Check(const RecordQuestion& question, Timestamp now) override {
    if (hook_) hook_(question);
    const std::lock_guard lock(mutex_);
    questions_.push_back(question);
    const std::string name = KeyRecordName(question.selector, question.domain).value();
    RecordCheck check{.at = now,
                      .name = name,
                      .zone = question.domain.str(),
                      .wish = question.wish,
                      .proof = question.proof,
                      .wait = wait_};
    for (const auto& [server, mood] : moods_) {
      ServerAnswer answer{.server = server, .address = "192.0.2.1@53"};
      answer.waived = std::ranges::find(question.waived, server) != question.waived.end();
      answer.finding = FindingOf(mood, question, name);
      check.servers.push_back(std::move(answer));
    }
    check.verdict = VerdictOf(check.servers);
    if (claimed_) check.verdict = RecordVerdict::kProven;
    if (check.verdict == RecordVerdict::kProven && question.wish == RecordWish::kKey) {
      check.fetched = claimed_ ? claimed_ : question.public_key;
    }
    return check;
  }

 private:
  [[nodiscard]] RecordFinding FindingOf(Mood mood, const RecordQuestion& question,
                                        const std::string& name) const {
    const bool absent = question.wish == RecordWish::kAbsent;
    if (mood == Mood::kSilent) return RecordFinding::kNoAnswer;
    if (mood == Mood::kRefusing) return RecordFinding::kRefused;
    if (mood == Mood::kLying) return RecordFinding::kOtherKey;
    const StandingRecords standing = zone_.At(name);
    if (mood == Mood::kEmpty || standing.txt.empty()) {
      return absent ? RecordFinding::kAsWished : RecordFinding::kMissing;
    }
    if (standing.txt.size() > 1) return RecordFinding::kSeveral;
    const auto record = ParseKeyRecord(Joined(standing.txt.front()));
    if (!record) return RecordFinding::kMalformed;
    if (!record->public_key) {
      if (question.wish == RecordWish::kRevoked) return RecordFinding::kAsWished;
      return absent ? RecordFinding::kPresent : RecordFinding::kRevoked;
    }
    if (*record->public_key != question.public_key) return RecordFinding::kOtherKey;
    return question.wish == RecordWish::kKey ? RecordFinding::kAsWished : RecordFinding::kPresent;
  }

  static RecordVerdict VerdictOf(const std::vector<ServerAnswer>& servers) {
    bool unproven = true;  // until one that is not waived agrees
    bool missed = false;
    for (const ServerAnswer& answer : servers) {
      const bool silent =
          answer.finding == RecordFinding::kNoAnswer || answer.finding == RecordFinding::kRefused;
      if (!silent && answer.finding != RecordFinding::kAsWished) return RecordVerdict::kDiffers;
      if (!silent) unproven = false;
      if (silent && !answer.waived) missed = true;
    }
    return unproven || missed ? RecordVerdict::kUnproven : RecordVerdict::kProven;
  }

  const MemoryPublisher& zone_;
  std::function<void(const RecordQuestion&)> hook_;
  mutable std::mutex mutex_;
  std::map<std::string, Mood> moods_{{"ns1", Mood::kHonest}, {"ns2", Mood::kHonest}};
  std::optional<PublicKey> claimed_;
  std::chrono::seconds wait_{300};
  std::vector<RecordQuestion> questions_;
};

}  // namespace dkimkeeper

#endif  // TESTS_FAKES_ZONE_CHECKER_H_
