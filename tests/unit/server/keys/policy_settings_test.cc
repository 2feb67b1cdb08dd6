#include "server/keys/policy_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "proto/reason.h"
#include "tests/unit/proto/result_matchers.h"
#include "tests/unit/proto/seeded_random.h"

namespace dkimkeeper {
namespace {

using testing::HasSubstr;

TEST(PolicySettingsTest, TheDefaultsGoThere) {
  const PolicySettings settings = SettingsOf(KeyPolicy());
  EXPECT_EQ(settings.size(), AllPolicySettings().size());
  EXPECT_EQ(settings.at("rotation_period"), "180d");
  EXPECT_EQ(settings.at("publisher"), "manual");
  EXPECT_EQ(settings.at("algorithms"), "rsa-sha256");
  EXPECT_EQ(settings.at("record_ttl"), "1h");
  const auto policy = PolicyWith({}, settings);
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_EQ(*policy, KeyPolicy());
}

struct Spelling {
  const char* name;
  const char* written;
  const char* canonical;
};
constexpr Spelling kSpellings[] = {
    {"rotation_period", "4320h", "180d"},
    {"drain", "60s", "1m"},
    {"algorithms", "ed25519-sha256  RSA-SHA256", "rsa-sha256 ed25519-sha256"},
    {"rsa_selectors", "K1 k2  k3 k4", "k1 k2 k3 k4"},
    {"rsa_selectors", "", ""},
    {"selector_template", "{Sender}-{RANDOM}", "{sender}-{random}"},
    {"publisher", "manual", "manual"},
    {"record_note", "", ""},
    {"waive_unreachable", "0ms", "0s"},
};

TEST(CheckSettingsTest, SpellingsBecomeCanonical) {
  for (const auto& [name, written, canonical] : kSpellings) {
    SCOPED_TRACE(std::string(name) + " " + written);
    const auto checked = CheckSettings({{name, written}});
    ASSERT_THAT(checked, IsOk());
    EXPECT_EQ(checked->at(name), canonical);
    EXPECT_EQ(*CheckSettings(*checked), *checked);
  }
}

constexpr std::pair<const char*, const char*> kBad[] = {
    {"rotation_period", "999ms"},
    {"rotation_period", "3651d"},
    {"rotation_period", "90"},
    {"mode", "Auto"},
    {"standby", "yes"},
    {"algorithms", ""},
    {"algorithms", "rsa-sha1"},
    {"algorithms", "rsa-sha256 rsa-sha256"},
    {"rsa_bits", "1024"},
    {"selector_template", "{date"},
    {"selector_template", "{day}"},
    {"selector_template", "}"},
    {"selector_template", ""},
    {"selector_template", "-{random}"},
    {"rsa_selectors", "a b!"},
    {"publisher", ""},
    {"publisher", "Knot"},
    {"record_ttl", "1500ms"},
    {"record_note", "a\nb"},
    {"record_note", "\xff"},
    {"on_record_lost", "panic"},
};

TEST(CheckSettingsTest, BadOnesAreToldWhatMayBeWritten) {
  for (const auto& [name, written] : kBad) {
    SCOPED_TRACE(std::string(name) + " " + written);
    const auto checked = CheckSettings({{name, written}});
    ASSERT_THAT(checked, IsRefused(reason::kBadPolicy));
    const auto settings = AllPolicySettings();
    const auto setting = std::ranges::find(settings, name, &PolicySetting::name);
    ASSERT_NE(setting, settings.end());
    EXPECT_EQ(checked.error().message, "policy setting " + std::string(name) + " cannot be \"" +
                                           written + "\"; write " + std::string(setting->range));
  }
}

TEST(CheckSettingsTest, UnknownOnesAreToldWhatThereIs) {
  const auto checked = CheckSettings({{"rotation", "90d"}});
  ASSERT_THAT(checked, IsRefused(reason::kBadPolicy));
  EXPECT_THAT(checked.error().message, HasSubstr("mode, algorithms, rsa_bits, rotation_period"));
}

TEST(PolicyWithTest, KeepsWhatIsNotSaid) {
  KeyPolicy base;
  base.drain = std::chrono::hours(5);
  const auto policy = PolicyWith(base, {{"rsa_bits", "3072"}});
  ASSERT_TRUE(policy);
  EXPECT_EQ(policy->drain, std::chrono::hours(5));
  EXPECT_EQ(policy->rsa_bits, 3072U);
}

TEST(PolicyWithTest, RefusesAWholeThatMakesNoSense) {
  const auto window = PolicyWith({}, {{"rotation_period", "30m"}});
  ASSERT_THAT(window, IsRefused(reason::kBadPolicy));
  EXPECT_THAT(window.error().message, HasSubstr("handover_window 1h is longer than"));
  const auto small = PolicyWith({}, {{"ed25519_selectors", "a b c"}});
  ASSERT_THAT(small, IsRefused(reason::kBadPolicy));
  EXPECT_THAT(small.error().message, HasSubstr("ed25519_selectors names 3 selectors"));
  const auto twice =
      PolicyWith({}, {{"rsa_selectors", "a b c d"}, {"ed25519_selectors", "e f g d"}});
  ASSERT_THAT(twice, IsRefused(reason::kBadPolicy));
  EXPECT_THAT(twice.error().message, HasSubstr("selector d stands in the pools twice"));
}

TEST(PolicyWithTest, SmallestValuesServeADemonstration) {
  EXPECT_TRUE(PolicyWith({}, {{"rotation_period", "1s"},
                              {"handover_window", "1s"},
                              {"drain", "1s"},
                              {"revoked_retention", "1s"},
                              {"record_ttl", "1s"},
                              {"watch_interval", "1s"}}));
}

class RandomPolicy {
 public:
  explicit RandomPolicy(SeededRandom& random) : random_(random) {}

  KeyPolicy Make() {
    KeyPolicy policy;
    policy.mode = Flag() ? RotationMode::kAuto : RotationMode::kManual;
    if (Flag()) policy.algorithms.push_back(Algorithm::kEd25519Sha256);
    policy.rsa_bits = 2048 + 1024 * static_cast<unsigned>(Upto(1));
    policy.handover_window = std::chrono::milliseconds(1'000 + Upto(86'400'000));
    policy.rotation_period =
        policy.handover_window + std::chrono::milliseconds(Upto(1'000'000'000));
    policy.publish_ahead = std::chrono::seconds(Upto(100'000));
    policy.standby = Flag();
    policy.drain = std::chrono::seconds(1 + Upto(100'000));
    policy.revoked_retention = std::chrono::minutes(1 + Upto(10'000));
    policy.selector_template = Flag() ? "{sender}.{algorithm}-{random}" : "k{date}";
    if (Flag()) policy.selector_pools.emplace(Algorithm::kRsaSha256, Pool("r"));
    if (Flag()) policy.selector_pools.emplace(Algorithm::kEd25519Sha256, Pool("e"));
    if (Flag()) policy.publisher = "knot-1";
    policy.record_ttl = std::chrono::seconds(1 + Upto(604'799));
    policy.record_strict = Flag();
    policy.record_testing = Flag();
    policy.record_email_only = Flag();
    if (Flag()) policy.record_note = "ask postmaster; f\xc3\xbcr alle";
    policy.proof = Flag() ? ProofBy::kServers : ProofBy::kResolvers;
    policy.proof_udp = Flag();
    policy.waive_unreachable = std::chrono::hours(Upto(720));
    policy.watch_interval = std::chrono::milliseconds(1'000 + Upto(604'799'000));
    policy.on_record_lost = Flag() ? OnRecordLost::kAlarm : OnRecordLost::kSwitch;
    return policy;
  }

 private:
  std::int64_t Upto(std::int64_t most) {
    return static_cast<std::int64_t>(random_.Number(0, static_cast<std::size_t>(most)));
  }
  bool Flag() { return Upto(1) == 1; }
  std::vector<Selector> Pool(const std::string& prefix) {
    std::vector<Selector> pool;
    for (int i = 0; i < 4 + Upto(4); ++i) {
      pool.push_back(*Selector::Parse(prefix + std::to_string(i)));
    }
    return pool;
  }

  SeededRandom& random_;
};

TEST(PolicySettingsTest, PrintThenParseIsTheSame) {
  SeededRandom random;
  SCOPED_TRACE(random.Trace());
  RandomPolicy policies(random);
  for (int i = 0; i < 2'000; ++i) {
    const KeyPolicy policy = policies.Make();
    const PolicySettings settings = SettingsOf(policy);
    const auto back = PolicyWith({}, settings);
    ASSERT_TRUE(back) << back.error().message;
    ASSERT_EQ(*back, policy);
    ASSERT_EQ(*CheckSettings(settings), settings);
  }
}

}  // namespace
}  // namespace dkimkeeper
