#include "client/cli/newlines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using testing::HasSubstr;

// `parts` one after the other, to the end.
Result<std::string> Converted(const std::vector<std::string>& parts, bool fix = false) {
  Newlines newlines(fix);
  std::string all;
  for (const std::string& part : parts) {
    const Result<std::string> out = newlines.Convert(part);
    if (!out) return out;
    all += *out;
  }
  const Result<std::string> rest = newlines.Finish();
  if (!rest) return rest;
  return all + *rest;
}

TEST(Newlines, CrlfStaysAsItIs) {
  EXPECT_EQ(Converted({"a: b\r\n\r\nc\r\n"}).value(), "a: b\r\n\r\nc\r\n");
}

TEST(Newlines, LfBecomesCrlf) {
  EXPECT_EQ(Converted({"a: b\n\nc\n"}).value(), "a: b\r\n\r\nc\r\n");
}

TEST(Newlines, TheLastLineMayLackItsEnd) {
  EXPECT_EQ(Converted({"a\nb"}).value(), "a\r\nb");
  EXPECT_EQ(Converted({"a\r\nb"}).value(), "a\r\nb");
  EXPECT_EQ(Converted({""}).value(), "");
}

TEST(Newlines, AMixtureIsRefusedAndTheLineNamed) {
  for (const char* text : {"a\nb\r\n", "a\r\nb\n", "a\r\nb\rc\r\n", "a\nb\rc\n", "a\rb", "a\r"}) {
    const Result<std::string> converted = Converted({text});
    ASSERT_FALSE(converted) << text;
    EXPECT_EQ(converted.error().reason, reason::kBadMessage);
    EXPECT_THAT(converted.error().message, HasSubstr("--fix-newlines"));
  }
  EXPECT_THAT(Converted({"a\r\nb\n"}).error().message, HasSubstr("line 2 ends in LF"));
}

TEST(Newlines, FixMakesEveryOneCrlf) {
  EXPECT_EQ(Converted({"a\nb\r\nc\rd\r\r\n\n\re\r"}, true).value(),
            "a\r\nb\r\nc\r\nd\r\n\r\n\r\n\r\ne\r\n");
}

TEST(Newlines, NoSplitChangesTheOutcome) {
  const std::string text = "a\nb\r\nc\rd\r\r\n\n\re\r";
  const std::string whole = Converted({text}, true).value();
  for (std::size_t i = 0; i <= text.size(); ++i) {
    for (std::size_t j = i; j <= text.size(); ++j) {
      EXPECT_EQ(Converted({text.substr(0, i), text.substr(i, j - i), text.substr(j)}, true).value(),
                whole)
          << i << " " << j;
    }
  }
}

TEST(Newlines, ASplitCrlfIsStillCrlf) {
  EXPECT_EQ(Converted({"a\r", "\nb\r", "\n"}).value(), "a\r\nb\r\n");
}

}  // namespace
}  // namespace dkimkeeper
