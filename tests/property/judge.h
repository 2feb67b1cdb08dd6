// The invariants of design.md §4, watched from outside: by what is committed, what DNS is told and
// what true time it is.
#ifndef TESTS_PROPERTY_JUDGE_H_
#define TESTS_PROPERTY_JUDGE_H_

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "server/dns/publisher.h"
#include "server/dns/record_check.h"
#include "server/lifecycle/policy.h"
#include "server/lifecycle/succession.h"
#include "tests/fakes/memory_store.h"
#include "tests/property/dns_world.h"
#include "tests/property/host.h"

namespace dkimkeeper::sim {

// Not thread-safe.
class Judge {
 public:
  // All must outlive this.
  Judge(Agenda& agenda, DnsWorld& world, MemoryStore& store, Tally& tally, const Policy& policy)
      : agenda_(agenda), world_(world), store_(store), tally_(tally), policy_(policy) {}

  // --- What happens
  void Committed(const std::vector<Change>& changes);
  void Proven(const RecordQuestion& question);
  void Publishing(const RecordChange& change);
  void Writing(const Domain& domain, const std::string& name, Hand hand);
  // A live daemon would sign with it until then.
  void MaySign(const KeyId& key, Instant until);
  // `listener` is told of each key that begins its hand-over window.
  void OnHandOver(std::function<void(const Key&)> listener) { handed_over_ = std::move(listener); }
  // An operator stopped it: the line may be without an active key until it has the next one.
  void Stopped(const Line& line) { stopped_.insert(line); }

  // --- What is known
  // Null: never committed.
  [[nodiscard]] const Key* Find(const KeyId& id) const;
  // A stranger ever changed the record of that name.
  [[nodiscard]] bool IsStrangers(const Domain& domain, const Selector& selector) const;
  // Mail that it signed may fail: it is in other hands, or nobody waited for proof, or a stranger
  // changed its record.
  [[nodiscard]] bool MayFail(const KeyId& id) const;
  [[nodiscard]] std::chrono::milliseconds DrainOf(const Key& key) const {
    return PolicyFor(key).drain;
  }
  // What it signed at `at` has arrived, says the policy of now or of when its record was withdrawn.
  [[nodiscard]] bool IsDrained(const KeyId& id, Instant at) const;

  // `what` broke invariant `number`; 0: mail does not verify.
  void Blame(int number, const std::string& what);
  [[nodiscard]] const std::vector<std::string>& blames() const { return blames_; }
  [[nodiscard]] const std::set<int>& broken() const { return broken_; }

 private:
  struct Proof {
    Instant at;
    std::vector<std::string> waived;  // then or in an earlier one
  };
  struct Known {
    Key key;
    std::optional<Instant> may_sign_until = {};
    std::optional<Instant> removed_at = {};
    std::optional<Span> drain = {};   // when its record was withdrawn
    std::optional<Proof> proof = {};  // the newest
  };

  void Judged(const Key& before, Known& known);
  [[nodiscard]] KeyPolicy PolicyFor(const Key& key) const;
  void JudgeName(const Key& key);
  void JudgeActivation(const Known& known);
  void JudgeServer(const Known& known, std::size_t server);
  void JudgeLines(const Contents& contents);
  [[nodiscard]] bool Wanted(const Contents& contents, const Line& line) const;

  Agenda& agenda_;
  DnsWorld& world_;
  MemoryStore& store_;
  Tally& tally_;
  const Policy& policy_;
  std::map<KeyId, Known> keys_;
  std::map<KeyName, KeyId> names_;  // of keys that were ever made
  std::set<Line> had_active_;
  std::set<Line> stopped_;
  std::set<std::string> strangers_;  // names that a stranger wrote to
  std::vector<std::string> blames_;
  std::set<int> broken_;
  std::function<void(const Key&)> handed_over_;
};

}  // namespace dkimkeeper::sim

#endif  // TESTS_PROPERTY_JUDGE_H_
