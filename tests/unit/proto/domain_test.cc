#include "proto/dkim/domain.h"

#include "proto/reason.h"
#include "tests/unit/proto/result_matchers.h"

namespace dkimkeeper {
namespace {

struct Accepted {
  const char* name;
  std::string text;
  std::string expected;
};

TEST(DomainTest, BecomesLowerCaseALabels) {
  const std::string label(63, 'a');
  const Accepted rows[] = {
      {"plain", "example.com", "example.com"},
      {"upper case", "Mail.EXAMPLE.Com", "mail.example.com"},
      {"trailing dot", "example.com.", "example.com"},
      {"digits first", "3com.example", "3com.example"},
      {"hyphens in places 3 and 4", "r3---sn.example", "r3---sn.example"},
      {"longest label", label + ".example", label + ".example"},
      {"U-label",
       "b\xC3\xBC"
       "cher.example",
       "xn--bcher-kva.example"},
      {"U-label in upper case",
       "B\xC3\x9C"
       "CHER.Example",
       "xn--bcher-kva.example"},
      {"not yet composed (NFC)",
       "bu\xCC\x88"
       "cher.example",
       "xn--bcher-kva.example"},
      {"A-label in upper case", "XN--BCHER-KVA.example", "xn--bcher-kva.example"},
      {"sharp s is kept, non-transitional",
       "stra\xC3\x9F"
       "e.example",
       "xn--strae-oqa.example"},
      {"full-width letters", "\xEF\xBD\x81\xEF\xBD\x82.example", "ab.example"},
      {"ideographic full stop",
       "a\xE3\x80\x82"
       "example",
       "a.example"},
      {"U-label as the last", "\xE4\xBE\x8B.\xE6\xB5\x8B\xE8\xAF\x95", "xn--fsq.xn--0zwm56d"},
      {"joiner where its script needs it",
       "\xE0\xA4\x95\xE0\xA5\x8D\xE2\x80\x8D\xE0\xA4\xB7.example", "xn--11b2ezcw70k.example"},
  };
  for (const Accepted& row : rows) {
    SCOPED_TRACE(row.name);
    const auto domain = Domain::Parse(row.text);
    ASSERT_THAT(domain, IsOk());
    EXPECT_EQ(domain->str(), row.expected);
  }
}

TEST(DomainTest, RefusesEverythingElse) {
  const std::pair<const char*, std::string> rows[] = {
      {"nothing", ""},
      {"a dot", "."},
      {"one label", "localhost"},
      {"one label and a dot", "example."},
      {"two trailing dots", "example.com.."},
      {"leading dot", ".example.com"},
      {"empty label", "a..b.example"},
      {"leading hyphen", "-a.example"},
      {"trailing hyphen", "a-.example"},
      {"wildcard", "*.example.com"},
      {"at sign", "joe@example.com"},
      {"semicolon", "example.com;d=evil.example"},
      {"line end", "example.com\n"},
      {"white space after", "example.com "},
      {"NUL inside", std::string("example.com\0.evil.example", 25)},
      {"address", "192.0.2.1"},
      {"address literal", "[192.0.2.1]"},
      {"last label a number", "example.42"},
      {"label of 64", std::string(64, 'a') + ".example"},
      {"bad UTF-8",
       "b\xFC"
       "cher.example"},
      {"over-long UTF-8 of a dot",
       "a\xC0\xAE"
       "example.com"},
      {"full-width underscore",
       "a\xEF\xBC\xBF"
       "b.example"},
      {"full-width slash",
       "a\xEF\xBC\x8F"
       "b.example"},
      {"letterlike a/c", "\xE2\x84\x80.example"},
      {"A-label that decodes to nothing valid", "xn--a.example"},
      {"empty A-label", "xn--.example"},
      {"A-label of plain ASCII", "xn--abc-.example"},
      {"A-label of an upper-case letter", "xn--wca.example"},
      {"combining mark first",
       "\xCC\x88"
       "a.example"},
      {"direction mixed",
       "\xD7\x90"
       "a.example"},
      {"U-label too long as an A-label",
       std::string("\xC3\xBC") + std::string(60, 'a') + ".example"},
      {"enormous", std::string(5000, 'a') + ".example"},
  };
  for (const auto& [name, text] : rows) {
    SCOPED_TRACE(name);
    EXPECT_THAT(Domain::Parse(text), IsRefused(reason::kBadDomain));
  }
}

// libidn2 with STD3 rules deletes what it does not like, and another domain would sign.
TEST(DomainTest, NeverDeletesACharacterToMakeTheNameFit) {
  const std::pair<const char*, std::string> rows[] = {
      {"underscore", "a_b.example"},
      {"space", "exa mple.com"},
      {"underscore in a U-label", "b\xC3\xBC_cher.example"},
      {"NUL in a U-label", std::string("b\xC3\xBC\0cher", 8) + ".example"},
      {"space in a U-label", "b\xC3\xBC cher.example"},
      {"soft hyphen",
       "exam\xC2\xAD"
       "ple.com"},
      {"zero-width space",
       "exam\xE2\x80\x8B"
       "ple.com"},
      {"zero-width joiner out of place",
       "exam\xE2\x80\x8D"
       "ple.com"},
      {"word joiner",
       "exam\xE2\x81\xA0"
       "ple.com"},
      {"byte order mark",
       "\xEF\xBB\xBF"
       "example.com"},
      {"variation selector",
       "exam\xEF\xB8\x8F"
       "ple.com"},
      {"only a soft hyphen", "\xC2\xAD.example.com"},
      {"soft hyphen in a U-label",
       "b\xC3\xBC\xC2\xAD"
       "cher.example"},
      {"Mongolian variation selector",
       "exam\xE1\xA0\x8B"
       "ple.com"},
  };
  for (const auto& [name, text] : rows) {
    SCOPED_TRACE(name);
    EXPECT_THAT(Domain::Parse(text), IsRefused(reason::kBadDomain));
  }
}

TEST(DomainTest, HoldsAtMost253Octets) {
  std::string text = "a.example";
  while (text.size() < 253) text = "b." + text;
  ASSERT_EQ(text.size(), 253U);
  EXPECT_THAT(Domain::Parse(text), IsOk());
  EXPECT_THAT(Domain::Parse(text + "."), IsOk());
  EXPECT_THAT(Domain::Parse("b" + text), IsRefused(reason::kBadDomain));
}

TEST(DomainTest, ErrorsShowNoRawControlCharacter) {
  EXPECT_THAT(Domain::Parse("a\x1B[2J.example").error().message,
              testing::AllOf(testing::HasSubstr("0x1b"), testing::Not(testing::HasSubstr("\x1B"))));
}

TEST(DomainTest, ShowsULabelsToPeople) {
  EXPECT_EQ(Domain::Parse("XN--bcher-kva.example")->ToUnicode(),
            "b\xC3\xBC"
            "cher.example");
  EXPECT_EQ(Domain::Parse("r3---sn.example")->ToUnicode(), "r3---sn.example");
  // Its U-label would be read as another name.
  EXPECT_EQ(Domain::Parse("xn--xnkva.example")->ToUnicode(), "xn--xnkva.example");
}

TEST(DomainTest, IsAtOrBelowWholeLabelsOnly) {
  const Domain ancestor = *Domain::Parse("example.com");
  const std::pair<const char*, bool> rows[] = {
      {"example.com", true},     {"EXAMPLE.com", true},  {"mail.example.com", true},
      {"notexample.com", false}, {"com.example", false}, {"example.com.evil.example", false},
      {"example.co", false},
  };
  for (const auto& [name, expected] : rows) {
    SCOPED_TRACE(name);
    EXPECT_EQ(Domain::Parse(name)->IsAtOrBelow(ancestor), expected);
  }
  EXPECT_FALSE(ancestor.IsAtOrBelow(*Domain::Parse("mail.example.com")));
}

}  // namespace
}  // namespace dkimkeeper
