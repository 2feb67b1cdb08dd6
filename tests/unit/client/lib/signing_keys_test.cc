#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dkimkeeper/client.h"

namespace dkimkeeper {
namespace {

using testing::ElementsAre;

SigningKey Key(const char* domain, const char* sender, const char* selector, Algorithm algorithm,
               std::optional<std::int64_t> until = std::nullopt) {
  return {.domain = *Domain::Parse(domain),
          .sender = *Sender::Parse(sender),
          .selector = *Selector::Parse(selector),
          .algorithm = algorithm,
          .signs_until_ms = until};
}

std::vector<std::string> SelectorsFor(const std::vector<SigningKey>& keys) {
  const SigningKeys list{.generation = 1, .keys = keys};
  std::vector<std::string> selectors;
  for (const SigningKey& key : list.For(*Domain::Parse("example.com"), Sender::Default())) {
    selectors.push_back(key.selector.str());
  }
  return selectors;
}

constexpr auto kRsa = Algorithm::kRsaSha256;
constexpr auto kEd = Algorithm::kEd25519Sha256;

TEST(SigningKeys, OneKeyForEachAlgorithm) {
  EXPECT_THAT(SelectorsFor({Key("example.com", "default", "r1", kRsa),
                            Key("example.com", "default", "r2", kRsa),
                            Key("example.com", "default", "e1", kEd)}),
              ElementsAre("r1", "e1"));
}

TEST(SigningKeys, OnlyOfThatDomainAndSender) {
  EXPECT_THAT(SelectorsFor({Key("other.com", "default", "o", kRsa),
                            Key("example.com", "newsletter", "n", kRsa),
                            Key("example.com", "default", "d", kRsa)}),
              ElementsAre("d"));
}

TEST(SigningKeys, AKeyInItsHandOverWindowGivesWayToItsSuccessor) {
  EXPECT_THAT(SelectorsFor({Key("example.com", "default", "old", kRsa, 1000),
                            Key("example.com", "default", "new", kRsa)}),
              ElementsAre("new"));
}

TEST(SigningKeys, AnAlgorithmThatOnlyEndsIsLeftOutWhileAnotherLasts) {
  EXPECT_THAT(SelectorsFor({Key("example.com", "default", "e", kEd, 1000),
                            Key("example.com", "default", "r", kRsa)}),
              ElementsAre("r"));
}

TEST(SigningKeys, WithNothingElseKeysThatEndAreUsedTheLongestFirst) {
  EXPECT_THAT(SelectorsFor({Key("example.com", "default", "r1", kRsa, 1000),
                            Key("example.com", "default", "r2", kRsa, 2000),
                            Key("example.com", "default", "e", kEd, 500)}),
              ElementsAre("r2", "e"));
}

TEST(SigningKeys, NoneForAnUnknownDomain) { EXPECT_TRUE(SelectorsFor({}).empty()); }

}  // namespace
}  // namespace dkimkeeper
