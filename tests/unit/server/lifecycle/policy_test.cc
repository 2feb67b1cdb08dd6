#include "server/lifecycle/policy.h"

#include <gtest/gtest.h>

#include "tests/unit/server/lifecycle/picture.h"

namespace dkimkeeper {
namespace {

using sample::DomainOf;
using sample::SenderOf;
using std::chrono::hours;

DomainEntry EntryWith(PolicySettings domain, PolicySettings news) {
  DomainEntry entry{.domain = DomainOf("example.com"),
                    .senders = {Sender::Default(), SenderOf("news")},
                    .created_at = {}};
  entry.policy = std::move(domain);
  entry.sender_policies.emplace(SenderOf("news"), std::move(news));
  return entry;
}

TEST(PolicyOf, TheNearestWordHolds) {
  Policy policy;
  policy.defaults.drain = hours(5);
  const DomainEntry entry =
      EntryWith({{"rsa_bits", "3072"}, {"mode", "manual"}}, {{"rsa_bits", "4096"}});
  const KeyPolicy news = PolicyOf(entry, SenderOf("news"), policy);
  EXPECT_EQ(news.rsa_bits, 4096U);
  EXPECT_EQ(news.mode, RotationMode::kManual);
  EXPECT_EQ(news.drain, hours(5));
  EXPECT_EQ(PolicyOf(entry, Sender::Default(), policy).rsa_bits, 3072U);
}

TEST(PolicyOf, DamagedWordsCountAsNotSaid) {
  Policy policy;
  policy.defaults.drain = hours(5);
  const DomainEntry entry =
      EntryWith({{"drain", "soon"}, {"colour", "red"}, {"rotation_period", "90d"}}, {});
  const KeyPolicy kept = PolicyOf(entry, Sender::Default(), policy);
  EXPECT_EQ(kept.drain, hours(5));
  EXPECT_EQ(kept.rotation_period, hours(90 * 24));
}

TEST(PolicyOf, WordsThatTheConfigurationOutgrewCountAsNotSaid) {
  Policy policy;
  policy.defaults.handover_window = hours(48);
  const DomainEntry entry = EntryWith({{"rotation_period", "1d"}, {"mode", "manual"}}, {});
  const KeyPolicy kept = PolicyOf(entry, Sender::Default(), policy);
  EXPECT_EQ(kept.rotation_period, policy.defaults.rotation_period);
  EXPECT_EQ(kept.mode, RotationMode::kManual);
}

TEST(PolicyOf, WithoutADomainTheConfigurationHolds) {
  Policy policy;
  policy.defaults.drain = hours(5);
  const View view = Picture().Get();
  EXPECT_EQ(PolicyOf(view, DomainOf("example.com"), Sender::Default(), policy), policy.defaults);
}

}  // namespace
}  // namespace dkimkeeper
