// Simulated months of random acts, faults, restarts and clock changes: what must hold after each
// step, now and in the time to come.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <random>
#include <set>

#include "server/keys/key_state.h"
#include "tests/unit/server/lifecycle/custody.h"

namespace dkimkeeper {
namespace {

using Call = FakeToken::Call;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using testing::IsEmpty;

constexpr int kSteps = 300;
constexpr auto kDrain = days(7);

// The promises about keys that outlive every step.
class Promises {
 public:
  // `clock_is_true`: it never was set back.
  void Check(const View& view, Timestamp now, bool clock_is_true) {
    CheckIdentities(view);
    for (const auto later : {std::chrono::milliseconds(0), std::chrono::milliseconds(hours(1)),
                             std::chrono::milliseconds(days(8))}) {
      CheckAt(view, now + later, clock_is_true);
    }
    for (const auto& [name, key] : view.contents.keys) {
      if (SignsAt(*key, now)) last_signature_[name] = now;
      if (clock_is_true) CheckDrain(name, *key);
    }
  }

 private:
  using Line = std::pair<Domain, Sender>;  // every key here is Ed25519

  static std::multimap<Line, KeyPtr> ActiveOf(const View& view, Timestamp at) {
    std::multimap<Line, KeyPtr> active;
    for (const auto& [name, key] : view.contents.keys) {
      if (StateAt(*key, at) == KeyState::kActive)
        active.emplace(Line(key->domain, key->sender), key);
    }
    return active;
  }

  // A selector names one key for ever, and no two rows are the same key.
  void CheckIdentities(const View& view) {
    std::set<KeyId> ids;
    for (const auto& [name, key] : view.contents.keys) {
      EXPECT_TRUE(ids.insert(key->id).second) << NameOf(*key) << " shares its id";
      if (key->public_key) known_.try_emplace(name, key->id, *key->public_key);
    }
    for (const auto& [name, identity] : known_) {
      const auto row = view.contents.keys.find(name);
      ASSERT_NE(row, view.contents.keys.end()) << name.second.str() << " lost its row";
      EXPECT_EQ(row->second->id, identity.first) << name.second.str() << " was reused";
      EXPECT_EQ(row->second->public_key, identity.second) << name.second.str() << " changed";
    }
  }

  void CheckAt(const View& view, Timestamp at, bool clock_is_true) {
    const auto active = ActiveOf(view, at);
    for (const auto& [line, key] : active) {
      EXPECT_EQ(active.count(line), 1U) << NameOf(*key) << " is not the only ACTIVE one";
    }
    for (const auto& [name, key] : view.contents.keys) {
      if (!SignsAt(*key, at)) continue;
      EXPECT_TRUE(key->activated_at && !key->override_reason.empty()) << NameOf(*key);
      EXPECT_FALSE(key->compromised || key->quarantined_at || key->destroyed_at) << NameOf(*key);
    }
    if (clock_is_true) CheckLinesHaveAKey(view, active);
  }

  // Where a line has no ACTIVE key, the last one went by an operator's word or by quarantine.
  static void CheckLinesHaveAKey(const View& view, const std::multimap<Line, KeyPtr>& active) {
    std::map<Line, Timestamp> latest;
    for (const auto& [name, key] : view.contents.keys) {
      if (!key->activated_at) continue;
      Timestamp& when = latest[Line(key->domain, key->sender)];
      when = std::max(when, *key->activated_at);
    }
    for (const auto& [line, when] : latest) {
      if (active.contains(line)) continue;
      const bool ended = std::ranges::any_of(view.contents.keys, [&](const auto& row) {
        const Key& key = *row.second;
        return Line(key.domain, key.sender) == line && key.activated_at == when &&
               (key.revoked_at || key.quarantined_at);
      });
      EXPECT_TRUE(ended) << "sender " << line.second.str() << " has no key that signs";
    }
  }

  void CheckDrain(const KeyName& name, const Key& key) {
    if (!key.revoked_at || !key.activated_at || key.compromised) return;
    EXPECT_GE(*key.revoked_at, *key.signs_until + kDrain) << NameOf(key);
    EXPECT_GE(*key.revoked_at, last_signature_[name] + kDrain) << NameOf(key);
  }

  std::map<KeyName, std::pair<KeyId, PublicKey>> known_;
  std::map<KeyName, Timestamp> last_signature_;
};

class Months {
 public:
  Months(unsigned seed, bool clock_jumps) : random_(seed), clock_jumps_(clock_jumps) {}

  void Run() {
    for (int step = 0; step < kSteps; ++step) {
      SCOPED_TRACE("step " + std::to_string(step));
      Step();
      promises_.Check(*custody_.registry().Get(), custody_.now(), !clock_jumps_);
      if (testing::Test::HasFailure()) return;
    }
    ComeUp();
    EXPECT_THAT(custody_.BrokenPromises(), IsEmpty());
    EXPECT_GT(succeeded_, kSteps / 10) << "the steps hardly did anything";
  }

 private:
  int Below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }

  void Step() {
    const int dice = Below(100);
    if (dice < 20) return Generate();
    if (dice < 55) return ActOnSomeKey();
    if (dice < 60) return Repeat();
    if (dice < 80) return PassTime();
    if (dice < 92) return InjectFault();
    if (dice < 94) return Swap();
    if (dice < 96 && clock_jumps_) return custody_.clock.JumpTo(custody_.now() - hours(Below(100)));
    ComeUp();
  }

  void Do(std::function<Result<KeyPtr>()> act) {
    last_ = std::move(act);
    Repeat();
  }
  void Repeat() {
    if (last_ && last_()) ++succeeded_;
  }

  void Generate() {
    const Sender sender = Below(2) == 0 ? Sender::Default() : sample::SenderOf("news");
    const std::string selector = "s" + std::to_string(Below(60));
    Do([this, sender, selector, mutation = custody_.Request()] {
      return custody_.operations().Generate(mutation, {.domain = sample::DomainOf("example.com"),
                                                       .sender = sender,
                                                       .algorithm = Algorithm::kEd25519Sha256,
                                                       .selector = selector});
    });
  }

  void ActOnSomeKey() {
    const ViewPtr view = custody_.registry().Get();
    if (view->contents.keys.empty()) return;
    const auto row =
        std::next(view->contents.keys.begin(), Below(static_cast<int>(view->contents.keys.size())));
    const KeyRequest name{row->first.first, row->first.second};
    const int act = Below(10);
    Do([this, name, act, mutation = custody_.Request()]() -> Result<KeyPtr> {
      KeyOperations& operations = custody_.operations();
      if (act < 5) return operations.Activate(mutation, name, "a test");
      if (act < 6) return operations.Retire(mutation, name);
      if (act < 8) return operations.Revoke(mutation, name, {.compromised = act == 7});
      return operations.Destroy(mutation, name);
    });
  }

  void PassTime() {
    const std::chrono::milliseconds spans[] = {minutes(1), minutes(45), hours(2),
                                               days(1),    days(6),     days(40)};
    custody_.clock.Advance(spans[Below(6)]);
  }

  void InjectFault() {
    const auto nth = static_cast<unsigned>(1 + Below(3));
    const Call calls[] = {Call::kGenerateKeyPair,    Call::kFindKey,
                          Call::kFindKeys,           Call::kSign,
                          Call::kDestroyPermanently, Call::kCheckHealth};
    switch (Below(4)) {
      case 0:
        return custody_.store.FailCommit(nth, CommitFault::kBeforeEffect);
      case 1:
        return custody_.store.FailCommit(nth, CommitFault::kAfterEffect);
      case 2:
        return custody_.token.Fail(calls[Below(6)], nth, Custody::TokenAway());
      default:
        return custody_.token.FailAfterwards(calls[Below(6)], nth, Custody::TokenAway());
    }
  }

  // Somebody writes another key into the token; the next start notices.
  void Swap() {
    const auto keys = custody_.registry().Get()->contents.keys;
    for (const auto& [name, key] : keys) {
      if (!key->public_key || key->destroying_at || Below(4) != 0) continue;
      custody_.token.ReplaceKey(key->id, SoftwareKey::Ed25519());
      ComeUp();
      EXPECT_TRUE(custody_.Row(name.second.str())->quarantined_at);
      return;
    }
  }

  // The process dies, and starts as often as it takes to reconcile.
  void ComeUp() {
    for (int tries = 0; tries < 20; ++tries) {
      custody_.Restart();
      if (custody_.Reconciled()) return;
    }
    ADD_FAILURE() << "it never comes up again";
  }

  std::mt19937 random_;
  const bool clock_jumps_;
  Custody custody_;
  Promises promises_;
  std::function<Result<KeyPtr>()> last_;
  int succeeded_ = 0;
};

class LifecycleProperty : public testing::TestWithParam<unsigned> {};

TEST_P(LifecycleProperty, HoldsOverMonthsOfFaults) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  Months(GetParam(), false).Run();
}

TEST_P(LifecycleProperty, HoldsWhenTheClockIsSetBack) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  Months(GetParam(), true).Run();
}

INSTANTIATE_TEST_SUITE_P(Seeds, LifecycleProperty, testing::Range(1U, 21U));

}  // namespace
}  // namespace dkimkeeper
