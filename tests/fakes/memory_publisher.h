// Records in a map instead of in DNS.
#ifndef TESTS_FAKES_MEMORY_PUBLISHER_H_
#define TESTS_FAKES_MEMORY_PUBLISHER_H_

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proto/dkim/txt_record.h"
#include "proto/reason.h"
#include "server/dns/change_step.h"
#include "server/dns/publisher.h"

namespace dkimkeeper {

// Keeps the publisher's contract. Thread-safe.
class MemoryPublisher final : public Publisher {
 public:
  // What happens to the next Publish, in the order of FailNext.
  enum class Fault : std::uint8_t {
    kAway,      // PUBLISHER_AWAY, and nothing is written
    kDoneAway,  // PUBLISHER_AWAY, and it is written: the answer was lost
    kRefused,   // PUBLISH_REFUSED
    kLost,      // kDone, and nothing is written
  };

  [[nodiscard]] Result<Publication> Publish(const RecordChange& change) override {
    const std::lock_guard lock(mutex_);
    changes_.push_back(change);
    const std::optional<Fault> fault = NextFault();
    if (fault == Fault::kAway) return Away();
    if (fault == Fault::kRefused) {
      return Fail(Code::kFailedPrecondition, reason::kPublishRefused,
                  "the server refused the change; this is a test");
    }
    const auto name = NameWritten(change);
    if (!name) return Forward(name);
    const auto step = StepFor(change, Standing(*name));
    if (!step) return Forward(step);
    if (*step != ChangeStep::kNothing && fault != Fault::kLost) {
      records_.erase(*name);
      if (change.after) {
        records_[*name].txt = {SplitCharacterStrings(RenderKeyRecord(*change.after))};
      }
    }
    if (fault == Fault::kDoneAway) return Away();
    return asks_ ? Publication::kAsked : Publication::kDone;
  }

  // What stands at `name`, and what somebody else puts there; nothing at all: removes it.
  [[nodiscard]] StandingRecords At(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    return Standing(name);
  }
  void Put(const std::string& name, StandingRecords records) {
    const std::lock_guard lock(mutex_);
    records_[name] = std::move(records);
  }
  // All of it, by name.
  [[nodiscard]] std::map<std::string, StandingRecords> All() const {
    const std::lock_guard lock(mutex_);
    return records_;
  }

  void FailNext(Fault fault) {
    const std::lock_guard lock(mutex_);
    faults_.push_back(fault);
  }
  // Until it comes back, every Publish is Fault::kAway.
  void SetAway(bool away) {
    const std::lock_guard lock(mutex_);
    away_ = away;
  }
  // Answers kAsked where it would answer kDone, as if a person had done it at once.
  void SetAsks(bool asks) {
    const std::lock_guard lock(mutex_);
    asks_ = asks;
  }
  // Every change that was asked for, in order.
  [[nodiscard]] std::vector<RecordChange> Changes() const {
    const std::lock_guard lock(mutex_);
    return changes_;
  }

 private:
  static tl::unexpected<Error> Away() {
    return Fail(Code::kUnavailable, reason::kPublisherAway, "the server is away; this is a test");
  }

  std::optional<Fault> NextFault() {
    if (away_) return Fault::kAway;
    if (faults_.empty()) return std::nullopt;
    const Fault fault = faults_.front();
    faults_.pop_front();
    return fault;
  }

  [[nodiscard]] StandingRecords Standing(const std::string& name) const {
    const auto found = records_.find(name);
    return found == records_.end() ? StandingRecords() : found->second;
  }

  mutable std::mutex mutex_;
  std::map<std::string, StandingRecords> records_;
  std::deque<Fault> faults_;
  std::vector<RecordChange> changes_;
  bool away_ = false;
  bool asks_ = false;
};

// Publishers by name; those that were not added are not there. Thread-safe once it is filled.
class MemoryPublishers final : public Publishers {
 public:
  // `publisher` must outlive this. "" stands for the one by hand.
  void Add(const std::string& name, Publisher& publisher) { by_name_[name] = &publisher; }

  [[nodiscard]] Result<Publisher*> Find(std::string_view name) const override {
    const auto found = by_name_.find(name);
    if (found != by_name_.end()) return found->second;
    return Fail(Code::kNotFound, reason::kPublisherUnknown,
                "there is no publisher " + std::string(name));
  }

 private:
  std::map<std::string, Publisher*, std::less<>> by_name_;
};

}  // namespace dkimkeeper

#endif  // TESTS_FAKES_MEMORY_PUBLISHER_H_
