#include "client/dkim/header_canonicalization.h"

#include <gtest/gtest.h>

namespace dkimkeeper {
namespace {

struct Case {
  std::string name, field, relaxed;
};

void PrintTo(const Case& row, std::ostream* out) { *out << row.name; }

class HeaderCanonicalizationTest : public ::testing::TestWithParam<Case> {};

TEST_P(HeaderCanonicalizationTest, Relaxed) {
  const auto field = HeaderField::Parse(GetParam().field, "Line 1").value();
  EXPECT_EQ(CanonicalHeaderField(Canonicalization::kRelaxed, field), GetParam().relaxed);
}

TEST_P(HeaderCanonicalizationTest, SimpleChangesNothing) {
  const auto field = HeaderField::Parse(GetParam().field, "Line 1").value();
  EXPECT_EQ(CanonicalHeaderField(Canonicalization::kSimple, field), GetParam().field);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, HeaderCanonicalizationTest,
    ::testing::Values(Case{"Rfc6376Section345A", "A: X", "a:X"},
                      Case{"Rfc6376Section345B", "B : Y\t\r\n\tZ  ", "b:Y Z"},
                      Case{"NameIsLoweredValueIsNot", "SUBJect: AbC", "subject:AbC"},
                      Case{"EmptyValue", "Cc:", "cc:"},
                      Case{"WhiteSpaceOnly", "Cc: \t \r\n  ", "cc:"},
                      Case{"FoldBeforeTheFirstWord", "Subject:\r\n  a\r\n b", "subject:a b"},
                      Case{"WhiteSpaceOnlyContinuation", "Subject: a\r\n \t\r\n b", "subject:a b"},
                      Case{"ColonInTheValue", "X-A: b : c", "x-a:b : c"},
                      Case{"EightBit", "Subject: \xC3\x84  \xFF", "subject:\xC3\x84 \xFF"},
                      Case{"Nul", std::string("X: a\0  b", 8), std::string("x:a\0 b", 6)},
                      Case{"EightBitLookingLikeWhiteSpace", "X: a\xA0 b", "x:a\xA0 b"}),
    [](const ::testing::TestParamInfo<Case>& row) { return row.param.name; });

}  // namespace
}  // namespace dkimkeeper
