#include "server/lifecycle/selector_choice.h"

#include <gtest/gtest.h>

#include "tests/unit/server/lifecycle/picture.h"

namespace dkimkeeper {
namespace {

using sample::DomainOf;
using sample::KeyOf;
using sample::Minute;
using sample::SelectorOf;
using std::chrono::days;
using std::chrono::hours;

const KeyPlace kPlace{DomainOf("example.com"), Sender::Default()};
const Timestamp kNow = Minute(0) + days(100);

class SelectorChoiceTest : public testing::Test {
 protected:
  void UsePool() {
    for (const char* name : {"k1", "k2", "k3", "k4"}) {
      policy_.selector_pools[Algorithm::kRsaSha256].push_back(SelectorOf(name));
    }
  }
  [[nodiscard]] Result<Selector> Choose(std::string name = {},
                                        Algorithm algorithm = Algorithm::kRsaSha256) {
    const std::function<std::string()> random = [this] { return "r" + std::to_string(next_++); };
    return ChooseSelector(picture_.Get(),
                          {.place = kPlace,
                           .algorithm = algorithm,
                           .policy = policy_,
                           .name = std::move(name),
                           .random = random},
                          kNow);
  }
  // Gone from the token, its record gone since `removed`.
  static Key Gone(std::string_view selector, std::optional<Timestamp> removed) {
    Key key = KeyOf("example.com", selector);
    key.destroyed_at = Minute(50);
    key.removed.proven_at = removed;
    return key;
  }

  KeyPolicy policy_;
  Picture picture_ = Picture().With("example.com");
  int next_ = 0;
};

TEST_F(SelectorChoiceTest, IsMadeUpByTheTemplate) {
  EXPECT_EQ(Choose().value().str(), "20260411-r0");
  policy_.selector_template = "{sender}-{algorithm}-{random}";
  EXPECT_EQ(Choose().value().str(), "default-rsa-r1");
}

TEST_F(SelectorChoiceTest, ATemplateWithoutRandomGetsASuffixWhereItsNameIsTaken) {
  policy_.selector_template = "k{date}";
  EXPECT_EQ(Choose().value().str(), "k20260411");
  picture_.With(KeyOf("example.com", "k20260411"));
  EXPECT_EQ(Choose().value().str(), "k20260411-r2");
}

TEST_F(SelectorChoiceTest, AReservedOneIsNotUsedAgain) {
  picture_.Reserving("k1").Reserving("s1");
  EXPECT_EQ(Choose("s1").error().reason, "SELECTOR_EXISTS");
  UsePool();
  EXPECT_EQ(Choose().value().str(), "k2");
}

TEST_F(SelectorChoiceTest, ThePoolGivesTheFirstFreeOne) {
  UsePool();
  EXPECT_EQ(Choose().value().str(), "k1");
  picture_.With(KeyOf("example.com", "k1")).With(Gone("k2", std::nullopt));
  EXPECT_EQ(Choose().value().str(), "k3");
  EXPECT_EQ(Choose("", Algorithm::kEd25519Sha256).value().str().substr(0, 9), "20260411-")
      << "no pool of its own";
}

TEST_F(SelectorChoiceTest, ThePoolsSelectorIsUsedAgainOnceItsRecordIsForgotten) {
  UsePool();
  const Timestamp forgotten = kNow - days(7) - hours(1);
  picture_.With(Gone("k1", forgotten + std::chrono::milliseconds(1)));
  EXPECT_EQ(Choose().value().str(), "k2");
  EXPECT_EQ(ReasonOf(Choose("k1")), "SELECTOR_EXISTS");
  picture_.With(Gone("k1", forgotten));
  EXPECT_EQ(Choose().value().str(), "k1");
  EXPECT_EQ(Choose("K1").value().str(), "k1");
}

TEST_F(SelectorChoiceTest, AnExhaustedPoolRefuses) {
  UsePool();
  for (const char* name : {"k1", "k2", "k3", "k4"}) picture_.With(KeyOf("example.com", name));
  EXPECT_EQ(ReasonOf(Choose()), "POOL_EXHAUSTED");
}

TEST_F(SelectorChoiceTest, OutsideThePoolNothingIsUsedTwice) {
  UsePool();
  picture_.With(Gone("old", Minute(60)));
  EXPECT_EQ(ReasonOf(Choose("old")), "SELECTOR_EXISTS");
  EXPECT_EQ(Choose("new").value().str(), "new");
}

}  // namespace
}  // namespace dkimkeeper
