// The result never depends on how a message is cut into chunks.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/unit/client/dkim/reference_verifier.h"
#include "tests/unit/client/dkim/support.h"

namespace dkimkeeper {
namespace {

// Fields, or the error as text: both must be equal.
std::string Outcome(const std::string& message, const MessageOptions& options,
                    std::span<const std::size_t> cuts) {
  const auto fields = SignEcho(message, {SpecFor(kSimpleSimple), SpecFor()}, options, cuts);
  return fields ? fields->at(0) + fields->at(1) : fields.error().message;
}

struct Case {
  std::string name, message;
  BareNewline bare_newline = BareNewline::kRefuse;
};

void PrintTo(const Case& row, std::ostream* out) { *out << row.name; }

class ChunkingTest : public ::testing::TestWithParam<Case> {};

TEST_P(ChunkingTest, EveryOneAndTwoPointSplitGivesOneResult) {
  const MessageOptions options{.bare_newline = GetParam().bare_newline};
  const std::string& message = GetParam().message;
  const std::string whole = Outcome(message, options, {});
  for (std::size_t first = 0; first <= message.size(); ++first) {
    for (std::size_t second = first; second <= message.size(); ++second) {
      const std::size_t cuts[] = {first, second};
      ASSERT_EQ(Outcome(message, options, cuts), whole) << first << ", " << second;
    }
  }
}

TEST_P(ChunkingTest, OctetByOctetGivesTheSameResult) {
  const MessageOptions options{.bare_newline = GetParam().bare_newline};
  std::vector<std::size_t> cuts;
  for (std::size_t i = 1; i < GetParam().message.size(); ++i) cuts.push_back(i);
  EXPECT_EQ(Outcome(GetParam().message, options, cuts), Outcome(GetParam().message, options, {}));
}

INSTANTIATE_TEST_SUITE_P(
    Messages, ChunkingTest,
    ::testing::Values(
        Case{"Ordinary", "From: a@b.example\r\nSubject: x\r\n y\r\n\r\nHi  you \r\n\r\nZ\r\n\r\n"},
        Case{"WhiteSpaceTail", "From: a@b.example\r\n\r\na \t\r\n \t\r\n\r\n  \r\n"},
        Case{"HeaderOnly", "From: a@b.example\r\nSubject: x\r\n"},
        Case{"NoFinalLineEnd", "From: a@b.example\r\n\r\na \r\n b "},
        Case{"FixedNewlines", "From: a@b.example\n\r\na\n\rb\r\r\nc\r", BareNewline::kFix},
        Case{"FixedFromFirstToLast", "From: a@b.example\r\ra\r\r\r", BareNewline::kFix},
        Case{"RefusedBareLf", "From: a@b.example\r\nno colon\r\nX: y\nZ: 1\r\n\r\na\r\n"},
        Case{"RefusedBareCr", "From: a@b.example\r\nX: y\r\n\r\na\rb\r\n"},
        Case{"RefusedCrAtTheEnd", "From: a@b.example\r\nX: y\r\n\r\na\r"},
        Case{"RefusedNoColon", "From: a@b.example\r\nno colon\r\n\r\na\r\n"}),
    [](const ::testing::TestParamInfo<Case>& row) { return row.param.name; });

std::string RandomBody(std::mt19937& random) {
  static constexpr std::string_view kParts[] = {"\r\n", "\r\n", " ", "\t",
                                                "a",    "word", ".", "\xFF"};
  std::string body;
  for (unsigned count = random() % 60; count > 0; --count) body += kParts[random() % 8];
  if (random() % 8 == 0) body += std::string(random() % 3000, random() % 2 == 0 ? ' ' : 'x');
  if (random() % 8 == 0) body += "tail\r\n";
  return body;
}

TEST(ChunkingTest, RandomMessagesInRandomChunksAreWhatTheNaiveVerifierReads) {
  const unsigned seed = std::random_device()();
  std::cout << "seed " << seed << '\n';
  std::mt19937 random(seed);
  for (int round = 0; round < 500; ++round) {
    SCOPED_TRACE("seed " + std::to_string(seed) + ", round " + std::to_string(round));
    const std::string message =
        "Received: a\r\nFrom: a@b.example\r\nSubject: \t x\r\n\r\n" + RandomBody(random);
    std::vector<std::size_t> cuts;
    for (unsigned count = random() % 10; count > 0; --count) {
      cuts.push_back(random() % (message.size() + 1));
    }
    std::sort(cuts.begin(), cuts.end());
    const auto fields = SignEcho(message, SpecsForAllPairs(), {}, cuts);
    ASSERT_TRUE(fields.has_value());
    for (const std::string& field : *fields) {
      const SignatureField parsed = ParseEmitted(field);
      const ReferenceVerdict verdict = ReferenceVerify(field + message, parsed);
      ASSERT_TRUE(verdict.body_hash_matches);
      ASSERT_EQ(parsed.signature.substr(0, 32), verdict.digest.ToBytes());
    }
  }
}

}  // namespace
}  // namespace dkimkeeper
