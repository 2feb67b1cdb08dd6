// Every state of a key, every act: what becomes of it, or why not.
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "server/keys/key_state.h"
#include "server/lifecycle/key_decisions.h"
#include "tests/unit/server/lifecycle/picture.h"

namespace dkimkeeper {
namespace {

using sample::ActiveKeyOf;
using sample::KeyOf;
using sample::Minute;

constexpr auto kDay = std::chrono::days(1);
const Timestamp kNow = Minute(0) + 100 * kDay;
const Policy kPolicy{.allow_activation_without_dns_proof = true};

Key Made(const std::function<void(Key&)>& change, Key key = KeyOf("example.com", "s1")) {
  change(key);
  return key;
}

Key Retired(std::chrono::milliseconds ago, std::chrono::milliseconds window, bool was_active) {
  return Made([&](Key& key) {
    if (was_active) key.activated_at = Minute(1);
    key.retired_at = kNow - ago;
    key.signs_until = kNow - ago + window;
  });
}

Key Revoked(Key key, Timestamp at) {
  key.revoked_at = at;
  return key;
}

// The state after the act, or the reason of its refusal.
struct Row {
  const char* state;
  Key key;
  std::string activate, retire, revoke, compromise, destroy;
};

std::vector<Row> Rows() {
  const std::string wrong = "WRONG_STATE";
  const std::string changed = "KEY_QUARANTINED";
  const Key retired = Retired(kDay, std::chrono::hours(1), true);
  const Key revoked = Revoked(retired, kNow);
  const auto compromised = [](Key& key) { key.compromised = true; };
  const auto destroying = [](Key& key) { key.destroying_at = kNow; };
  const auto destroyed = [](Key& key) { key.destroying_at = key.destroyed_at = kNow; };
  const auto quarantined = [](Key& key) { key.quarantined_at = kNow; };
  const auto published = [](Key& key) { key.published_at = Minute(5); };
  const auto unborn = [](Key& key) { key.public_key.reset(); };
  return {
      {"intent", Made(unborn), wrong, wrong, wrong, wrong, wrong},
      {"pending", Made([](Key&) {}), "ACTIVE", "RETIRING", "REVOKED", "REVOKED", wrong},
      {"published", Made(published), "ACTIVE", "RETIRING", "REVOKED", "REVOKED", wrong},
      {"active", ActiveKeyOf("example.com", "s1"), wrong, "LAST_ACTIVE_KEY", "RETIRING", "REVOKED",
       wrong},
      {"handing_over", Retired(std::chrono::minutes(5), std::chrono::hours(1), true), wrong, wrong,
       "RETIRING", "REVOKED", wrong},
      {"retired", retired, wrong, wrong, "RETIRING", "REVOKED", wrong},
      {"retired_and_drained", Retired(8 * kDay, std::chrono::hours(1), true), wrong, wrong,
       "REVOKED", "REVOKED", wrong},
      {"given_up", Retired(kDay, {}, false), wrong, wrong, "REVOKED", "REVOKED", wrong},
      {"draining", Revoked(retired, kNow + kDay), wrong, wrong, "RETIRING", "REVOKED", wrong},
      {"revoked", revoked, wrong, wrong, wrong, "REVOKED", "REVOKED"},
      {"compromised", Made(compromised, revoked), wrong, wrong, wrong, "REVOKED", "REVOKED"},
      {"destroying", Made(destroying, revoked), wrong, wrong, wrong, wrong, "REVOKED"},
      {"destroyed", Made(destroyed, revoked), wrong, wrong, wrong, wrong, wrong},
      {"quarantined", Made(quarantined), changed, changed, "REVOKED", "REVOKED", wrong},
      {"quarantined_active", Made(quarantined, ActiveKeyOf("example.com", "s1")), changed, changed,
       "RETIRING", "REVOKED", wrong},
  };
}

class KeyActs : public testing::TestWithParam<Row> {
 protected:
  // What the act leads to, in the words of the table.
  std::string After(const Result<Decision>& decision) const {
    if (!decision) return decision.error().reason;
    const View view = Picture(picture_).After(*decision).Get();
    const auto key = FindSubject(view, decision->subject);
    return key ? std::string(KeyStateName(StateAt(*key, kNow))) : "no subject";
  }

  const Picture picture_ = Picture().With("example.com").With(GetParam().key);
  const View view_ = picture_.Get();
  const KeyRequest request_{GetParam().key.domain, GetParam().key.selector};
};

TEST_P(KeyActs, Activate) {
  EXPECT_EQ(After(DecideActivate(view_, Admin(), request_, "moved", kTokens, kPolicy, kNow)),
            GetParam().activate);
}

TEST_P(KeyActs, Retire) {
  EXPECT_EQ(After(DecideRetire(view_, Admin(), request_, kNow)), GetParam().retire);
}

TEST_P(KeyActs, Revoke) {
  EXPECT_EQ(After(DecideRevoke(view_, Admin(), request_, {}, kPolicy, kTokens, kNow)),
            GetParam().revoke);
}

TEST_P(KeyActs, Compromise) {
  EXPECT_EQ(
      After(DecideRevoke(view_, Admin(), request_, {.compromised = true}, kPolicy, kTokens, kNow)),
      GetParam().compromise);
}

TEST_P(KeyActs, Destroy) {
  EXPECT_EQ(After(DecideDestroy(view_, Admin(), request_, kNow)), GetParam().destroy);
}

TEST_P(KeyActs, StrangersLearnNothing) {
  const KeyRequest nowhere{sample::DomainOf("nowhere.example"), request_.selector};
  for (const KeyRequest& request : {request_, nowhere}) {
    EXPECT_EQ(After(DecideActivate(view_, Stranger(), request, "x", kTokens, kPolicy, kNow)),
              "NO_GRANT");
    EXPECT_EQ(After(DecideRetire(view_, Stranger(), request, kNow)), "NO_GRANT");
    EXPECT_EQ(After(DecideRevoke(view_, Stranger(), request, {.compromised = true}, kPolicy,
                                 kTokens, kNow)),
              "NO_GRANT");
    EXPECT_EQ(After(DecideDestroy(view_, Stranger(), request, kNow)), "NO_GRANT");
  }
}

// A refusal says which key, and is a sentence with advice.
TEST_P(KeyActs, RefusalsNameTheKey) {
  const auto refused = DecideActivate(view_, Admin(), request_, "", kTokens, kPolicy, kNow);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("example.com/s1"), std::string::npos);
  EXPECT_NE(refused.error().message.find(';'), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(States, KeyActs, testing::ValuesIn(Rows()),
                         [](const auto& row) { return std::string(row.param.state); });

}  // namespace
}  // namespace dkimkeeper
