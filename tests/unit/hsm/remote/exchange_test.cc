// What a worker may answer to a call.
#include "hsm/remote/exchange.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hsm/remote/worker_link.h"

namespace dkimkeeper {
namespace {

using Progress = Exchange::Progress;

TokenKey Key(const KeyId& id) {
  return {.id = id, .label = "", .public_key = {}, .attributes = {}};
}

wire::KeysPart Part(std::size_t keys, bool last) {
  return {std::vector<TokenKey>(keys, Key(KeyId::Zero())), last};
}

constexpr CallTimes Never() { return {Deadline::max(), Deadline::max(), Deadline::max()}; }
constexpr Deadline After(int seconds) { return Deadline(std::chrono::seconds(seconds)); }

class ExchangeTest : public testing::Test {
 protected:
  ExchangeTest() {
    roster_.Open(0, std::make_shared<WorkerLink>(-1), {});
    narrow_.Open(0, std::make_shared<WorkerLink>(-1), {});
  }
  Place OnlyPlace() { return std::move(*narrow_.TakeFree(Work::kSign)); }
  Place SomePlace() {
    return std::move(roster_.Take(Work::kSign, std::chrono::steady_clock::now()).value());
  }
  const KeyId id_ = KeyId::FromBytes("one").value();
  const KeyId other_ = KeyId::FromBytes("two").value();
  Roster roster_{"one", 1, 100, {}};
  Roster narrow_{"one", 1, 1, {}};
};

TEST_F(ExchangeTest, TakesOneKindOfAnswerToEachCall) {
  const struct {
    std::string name;
    wire::Call call;
    wire::Answer fits;
  } rows[] = {
      {"generate", wire::GenerateCall{KeySpec{.id = id_, .label = ""}}, Key(id_)},
      {"find all", wire::FindKeysCall{}, Part(0, true)},
      {"find", wire::FindKeyCall{id_}, Key(id_)},
      {"sign", wire::SignCall{id_, Sha256Digest({}), {}}, wire::Signature{"s"}},
      {"note", wire::SignNoteCall{id_, "", {}}, wire::Signature{"s"}},
      {"destroy", wire::DestroyCall{id_}, wire::Done{}},
      {"remains", wire::RemainsCall{id_}, wire::Done{}},
      {"health", wire::HealthCall{}, wire::Done{}},
  };
  const wire::Answer answers[] = {wire::Ready{}, Error{},           Key(id_),
                                  Part(0, true), wire::Signature{}, wire::Done{}};
  for (const auto& row : rows) {
    for (const wire::Answer& answer : answers) {
      Exchange exchange(row.call, Never(), SomePlace(), {});
      const bool good = answer.index() == row.fits.index() || std::holds_alternative<Error>(answer);
      EXPECT_EQ(exchange.Accept(answer), good ? Progress::kDone : Progress::kForeign)
          << row.name << " answered by kind " << answer.index();
    }
  }
}

TEST_F(ExchangeTest, RefusesAnotherKey) {
  Exchange find(wire::FindKeyCall{id_}, Never(), SomePlace(), {});
  EXPECT_EQ(find.Accept(Key(other_)), Progress::kForeign);
  Exchange generate(wire::GenerateCall{KeySpec{.id = id_, .label = ""}}, Never(), SomePlace(), {});
  EXPECT_EQ(generate.Accept(Key(other_)), Progress::kForeign);
}

TEST_F(ExchangeTest, GathersParts) {
  Exchange exchange(wire::FindKeysCall{}, Never(), SomePlace(), {});
  EXPECT_EQ(exchange.Accept(Part(2, false)), Progress::kMore);
  EXPECT_FALSE(exchange.answer());
  EXPECT_EQ(exchange.Accept(Part(1, true)), Progress::kDone);
  ASSERT_TRUE(exchange.answer());
  EXPECT_EQ(std::get<wire::KeysPart>(*exchange.answer()).keys.size(), 3U);
}

TEST_F(ExchangeTest, RefusesPartsWithoutEnd) {
  Exchange flood(wire::FindKeysCall{}, Never(), SomePlace(), {});
  const wire::KeysPart part = Part(Exchange::kMostKeys / 4, false);
  for (int i = 0; i < 4; ++i) ASSERT_EQ(flood.Accept(part), Progress::kMore);
  EXPECT_EQ(flood.Accept(Part(1, true)), Progress::kForeign);
  Exchange nothing(wire::FindKeysCall{}, Never(), SomePlace(), {});
  EXPECT_EQ(nothing.Accept(Part(0, false)), Progress::kForeign);
}

// The number alone would let a hundred gigabytes in.
TEST_F(ExchangeTest, RefusesFewerPartsOfGreatKeys) {
  TokenKey great = Key(id_);
  great.attributes.allowed_mechanisms.assign(64, std::string(1 << 14, 'm'));
  const wire::KeysPart part{{great}, false};
  constexpr std::size_t parts = Exchange::kMostKeyOctets / (std::size_t{65} << 14);
  static_assert(parts < Exchange::kMostKeys / 10);
  Exchange flood(wire::FindKeysCall{}, Never(), SomePlace(), {});
  for (std::size_t i = 0; i < parts; ++i) ASSERT_EQ(flood.Accept(part), Progress::kMore);
  Progress last = flood.Accept(part);
  for (int i = 0; i < 10 && last == Progress::kMore; ++i) last = flood.Accept(part);
  EXPECT_EQ(last, Progress::kForeign);
}

TEST_F(ExchangeTest, HasTheFateThatWasFoundOutFirst) {
  const struct {
    std::string name;
    void (*before)(Exchange&);
    Fate expected;
  } rows[] = {
      {"nothing known", [](Exchange&) {}, Loss::kCrashed},
      {"in time", [](Exchange& exchange) { EXPECT_FALSE(exchange.IsOverdue(After(9))); },
       Loss::kCrashed},
      {"hung", [](Exchange& exchange) { EXPECT_TRUE(exchange.IsOverdue(After(10))); }, Loss::kHung},
      {"answered",
       [](Exchange& exchange) { EXPECT_EQ(exchange.Accept(wire::Done{}), Progress::kDone); },
       wire::Answer(wire::Done{})},
  };
  for (const auto& row : rows) {
    std::vector<std::optional<Fate>> told;
    auto exchange = std::make_unique<Exchange>(
        wire::HealthCall{}, CallTimes{After(10), After(10), After(20)}, SomePlace(),
        [&](std::optional<Fate> fate) { told.push_back(std::move(fate)); });
    row.before(*exchange);
    Exchange::End(std::move(exchange), Loss::kCrashed);
    ASSERT_EQ(told.size(), 1U) << row.name;
    ASSERT_TRUE(told[0]) << row.name;
    ASSERT_EQ(told[0]->index(), row.expected.index()) << row.name;
    if (const Loss* loss = std::get_if<Loss>(&row.expected)) {
      EXPECT_EQ(std::get<Loss>(*told[0]), *loss) << row.name;
    }
  }
}

TEST_F(ExchangeTest, GivesThePlaceBackBeforeItTells) {
  bool free = false;
  auto exchange = std::make_unique<Exchange>(
      wire::HealthCall{}, Never(), OnlyPlace(),
      [&](const std::optional<Fate>&) { free = narrow_.TakeFree(Work::kSign).has_value(); });
  EXPECT_FALSE(narrow_.TakeFree(Work::kSign));
  Exchange::End(std::move(exchange), Loss::kKilled);
  EXPECT_TRUE(free);
}

TEST_F(ExchangeTest, ACallerWithoutPatienceIsToldOnce) {
  unsigned told = 0;
  auto exchange =
      std::make_unique<Exchange>(wire::HealthCall{}, CallTimes{After(5), After(20), After(10)},
                                 SomePlace(), [&](const std::optional<Fate>& fate) {
                                   EXPECT_FALSE(fate);
                                   ++told;
                                 });
  EXPECT_FALSE(exchange->TakeLate(After(10))) << "its sender may have to tell him otherwise";
  exchange->MarkSent();
  EXPECT_FALSE(exchange->TakeLate(After(9)));
  const Exchange::Told late = exchange->TakeLate(After(10));
  ASSERT_TRUE(late);
  late(std::nullopt);
  EXPECT_FALSE(exchange->TakeLate(After(11)));
  Exchange::End(std::move(exchange), Loss::kKilled);
  EXPECT_EQ(told, 1U);
}

}  // namespace
}  // namespace dkimkeeper
