#include "server/dns/check_text.h"

#include <gmock/gmock.h>

#include <random>

#include "proto/reason.h"
#include "tests/fakes/sample_keys.h"

namespace dkimkeeper {
namespace {

RecordCheck Sample() {
  return {.at = sample::Minute(3),
          .name = "s._domainkey.example.com",
          .zone = "example.com",
          .wish = RecordWish::kKey,
          .proof = ProofBy::kServers,
          .verdict = RecordVerdict::kProven,
          .servers = {{.server = "ns1.example.com",
                       .address = "192.0.2.1@53",
                       .finding = RecordFinding::kAsWished,
                       .detail = "a \"quoted\" … detail",
                       .value = "v=DKIM1; p=",
                       .target = "t.example.net",
                       .ttl = std::chrono::seconds(300),
                       .waived = true}},
          .resolvers = {{.server = "192.0.2.53@53", .address = "192.0.2.53@53"}},
          .problem = "none",
          .dnssec = Dnssec::kValidated,
          .skipped = "IPv6",
          .wait = std::chrono::hours(1),
          .fetched = PublicKey{Algorithm::kEd25519Sha256, std::string("\0\xff\x01", 3)}};
}

TEST(CheckTextTest, ReadsWhatItWrote) {
  const auto read = ReadCheckText(WriteCheckText(Sample()));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, Sample());
  EXPECT_EQ(WriteCheckText(Sample()).find('\n'), std::string::npos);
}

// Any check, from any lot.
RecordCheck Draw(std::mt19937& lot) {
  const auto below = [&lot](unsigned n) { return static_cast<int>(lot() % n); };
  const auto text = [&] {
    std::string drawn(static_cast<std::size_t>(below(20)), ' ');
    for (char& c : drawn) c = static_cast<char>(below(128));
    return drawn;
  };
  const auto answers = [&] {
    std::vector<ServerAnswer> drawn(static_cast<std::size_t>(below(4)));
    for (ServerAnswer& answer : drawn) {
      answer = {.server = text(),
                .address = text(),
                .finding = static_cast<RecordFinding>(below(10)),
                .detail = text(),
                .value = text(),
                .target = text(),
                .ttl = std::chrono::seconds(below(1U << 31U)),
                .waived = below(2) == 1};
    }
    return drawn;
  };
  RecordCheck check{.at = FromMilliseconds(static_cast<std::int64_t>(lot()) * 1000 + below(1000)),
                    .name = text(),
                    .zone = text(),
                    .wish = static_cast<RecordWish>(below(3)),
                    .proof = static_cast<ProofBy>(below(2)),
                    .verdict = static_cast<RecordVerdict>(below(3)),
                    .servers = answers(),
                    .resolvers = answers(),
                    .problem = text(),
                    .dnssec = static_cast<Dnssec>(below(4)),
                    .skipped = text(),
                    .wait = std::chrono::seconds(below(1U << 31U))};
  if (below(2) == 1) check.fetched = PublicKey{static_cast<Algorithm>(below(2)), text()};
  return check;
}

TEST(CheckTextTest, EveryCheckComesBack) {
  const unsigned seed = std::random_device()();
  std::mt19937 lot(seed);
  for (int i = 0; i < 2000; ++i) {
    const RecordCheck check = Draw(lot);
    const auto read = ReadCheckText(WriteCheckText(check));
    ASSERT_TRUE(read) << "seed " << seed << ", round " << i;
    ASSERT_EQ(*read, check) << "seed " << seed << ", round " << i;
  }
}

TEST(CheckTextTest, DamagedTextIsAnErrorNeverACrash) {
  const unsigned seed = std::random_device()();
  std::mt19937 lot(seed);
  const std::string whole = WriteCheckText(Sample());
  for (int i = 0; i < 5000; ++i) {
    std::string text = whole;
    text[lot() % text.size()] = static_cast<char>(lot());
    if (i % 3 == 0) text.resize(lot() % text.size());
    const auto read = ReadCheckText(text);
    if (!read) {
      EXPECT_EQ(read.error().reason, reason::kStoreDamaged) << "seed " << seed;
    }
  }
}

struct DamageRow {
  const char* name;
  const char* from;
  const char* to;
};
void PrintTo(const DamageRow& row, std::ostream* out) { *out << row.name; }

class DamageTest : public testing::TestWithParam<DamageRow> {};

TEST_P(DamageTest, IsSeen) {
  std::string text = WriteCheckText(Sample());
  const std::string from = GetParam().from;
  const auto at = text.find(from);
  ASSERT_NE(at, std::string::npos) << text;
  text.replace(at, from.size(), GetParam().to);
  const auto read = ReadCheckText(text);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Code::kInternal);
  EXPECT_EQ(read.error().reason, reason::kStoreDamaged);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, DamageTest,
    testing::Values(DamageRow{"no_json", "{", ""}, DamageRow{"no_verdict", "\"verdict\"", "\"v\""},
                    DamageRow{"unknown_verdict", "\"proven\"", "\"prooven\""},
                    DamageRow{"text_for_number", "\"wait\":3600", "\"wait\":\"3600\""},
                    DamageRow{"fraction", "\"wait\":3600", "\"wait\":36.5"},
                    DamageRow{"too_large", "\"wait\":3600", "\"wait\":18446744073709551615"},
                    DamageRow{"number_for_bool", "\"waived\":true", "\"waived\":1"},
                    DamageRow{"null_servers", "\"servers\":[", "\"servers\":null,\"x\":["},
                    DamageRow{"text_for_server", "\"resolvers\":[", "\"resolvers\":[\"x\","},
                    DamageRow{"key_is_no_base64", "\"p\":\"", "\"p\":\"*"},
                    DamageRow{"unknown_algorithm", "ed25519-sha256", "ed448"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(CheckTextTest, WhatIsNoObjectIsDamaged) {
  for (const char* text : {"", "[]", "null", "1", "\"x\"", "{}"}) {
    EXPECT_FALSE(ReadCheckText(text)) << text;
  }
}

TEST(CheckTextTest, OctetsThatAreNoUtf8DoNotStopIt) {
  RecordCheck check = Sample();
  check.problem = "\xff";
  const auto read = ReadCheckText(WriteCheckText(check));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->problem, "\xEF\xBF\xBD");
}

}  // namespace
}  // namespace dkimkeeper
