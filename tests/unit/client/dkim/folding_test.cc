// The text of the emitted field: RFC 5322 §2.1.1 line lengths within RFC 6376 §3.5's grammar.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "client/dkim/signature_writer.h"
#include "tests/unit/client/dkim/reference_verifier.h"
#include "tests/unit/client/dkim/support.h"

namespace dkimkeeper {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

SignatureField FieldWith(const std::string& domain, const std::string& selector,
                         std::vector<std::string> names) {
  return {.algorithm = Algorithm::kRsaSha256,
          .canonicalization = kRelaxedRelaxed,
          .domain = Domain::Parse(domain).value(),
          .selector = Selector::Parse(selector).value(),
          .identity = {},
          .header_names = std::move(names),
          .body_hash = std::string(32, '\xAB'),
          .signature = {},
          .signed_at = 1528637909,
          .expires_at = 1528637910};
}

// "x.x.….example.com" of exactly `length` octets, 16 or more.
std::string DomainOfLength(std::size_t length) {
  std::string domain = ".example.com";
  while (length - domain.size() > 64) domain = "." + std::string(31, 'y') + domain;
  if (length - domain.size() > 63) domain = ".zz" + domain;
  return std::string(length - domain.size(), 'x') + domain;
}

std::vector<std::string> LinesOf(std::string_view text) {
  std::vector<std::string> lines;
  for (std::size_t end = 0; (end = text.find("\r\n")) != std::string_view::npos;) {
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 2);
  }
  if (!text.empty()) lines.emplace_back(text);
  return lines;
}

// What holds for every emitted field. `may_be_long` marks the one atom that no line has room for.
void ExpectWellFolded(const std::string& emitted, std::string_view may_be_long = "\x01") {
  ASSERT_TRUE(emitted.ends_with("\r\n"));
  const std::vector<std::string> lines = LinesOf(emitted);
  for (const std::string& line : lines) {
    EXPECT_LE(line.size(), 998U);
    if (line.find(may_be_long) == std::string::npos) {
      EXPECT_LE(line.size(), 78U) << line;
    }
    EXPECT_NE(line.find_first_not_of(" \t;"), std::string::npos) << "only `;` or white space";
    EXPECT_FALSE(line.ends_with(' ')) << line;
    EXPECT_EQ(line.find_first_of("\r\n\t"), std::string::npos);
    if (&line != lines.data()) {
      EXPECT_EQ(line.find_first_not_of(' '), 1U) << line;
    }
  }
}

void ExpectRoundTrip(SignatureField field, const std::string& signature) {
  const std::string emitted = CompleteSignature(WriteSignatureTemplate(field), signature);
  field.signature = signature;
  EXPECT_EQ(ParseEmitted(emitted), field) << emitted;
}

TEST(FoldingTest, OrdinaryFieldAsItIsWritten) {
  const std::string emitted = CompleteSignature(
      WriteSignatureTemplate(FieldWith("example.com", "sel",
                                       {"from", "from", "to", "subject", "date", "message-id",
                                        "mime-version", "content-transfer-encoding"})),
      std::string(64, '\0'));
  EXPECT_EQ(emitted,
            "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=sel;\r\n"
            " t=1528637909; x=1528637910; h=from:from:to:subject:date:message-id:\r\n"
            " mime-version:content-transfer-encoding;\r\n"
            " bh=q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=;\r\n"
            " b=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n"
            " AAAAAAAAAAA==\r\n");
}

TEST(FoldingTest, EveryLengthOfDomainFoldsWell) {
  for (std::size_t length = 16; length <= 253; ++length) {
    const std::string domain = DomainOfLength(length);
    ASSERT_EQ(domain.size(), length);
    const SignatureField field = FieldWith(domain, "sel", {"from"});
    const std::string emitted =
        CompleteSignature(WriteSignatureTemplate(field), std::string(256, '\x5A'));
    ExpectWellFolded(emitted, length > 76 ? domain : "\x01");
    ExpectRoundTrip(field, std::string(256, '\x5A'));
  }
}

TEST(FoldingTest, ValueThatFitsALineOnlyAloneStandsAlone) {
  // " d=" + 74 + ";" is 78 columns; one more octet and the value moves to a line of its own.
  for (const auto& [length, line] : {std::pair{74, "\r\n d=" + DomainOfLength(74) + ";\r\n"},
                                     std::pair{75, " d=\r\n " + DomainOfLength(75) + ";"},
                                     std::pair{76, " d=\r\n " + DomainOfLength(76) + ";"},
                                     std::pair{77, "\r\n d=" + DomainOfLength(77) + ";\r\n"}}) {
    EXPECT_THAT(WriteSignatureTemplate(
                    FieldWith(DomainOfLength(static_cast<std::size_t>(length)), "sel", {"from"})),
                HasSubstr(line));
  }
}

TEST(FoldingTest, LongSelectorAndIdentity) {
  SignatureField field =
      FieldWith(DomainOfLength(253), std::string(63, 's') + ".example", {"from"});
  field.identity = std::string(64, ' ') + "@" + DomainOfLength(253);
  const std::string emitted = CompleteSignature(WriteSignatureTemplate(field), "signature");
  ExpectWellFolded(emitted, DomainOfLength(253));
  ExpectRoundTrip(field, "signature");
}

TEST(FoldingTest, HeaderNamesAreNeverBrokenInside) {
  std::mt19937 random(8463);
  for (int round = 0; round < 300; ++round) {
    std::vector<std::string> names = {"from"};
    std::string longest;
    for (unsigned count = random() % 40; count > 0; --count) {
      std::string name;
      for (unsigned parts = 1 + random() % 6; parts > 0; --parts) {
        name +=
            std::string(1 + random() % (round % 10 == 0 ? 40 : 8), 'x') + (parts > 1 ? "-" : "");
      }
      names.push_back(name);
      if (name.size() > longest.size()) longest = name;
    }
    SCOPED_TRACE("seed 8463, round " + std::to_string(round));
    const SignatureField field = FieldWith("example.com", "sel", names);
    const std::string text = WriteSignatureTemplate(field);
    for (const std::string& line : LinesOf(text)) {
      EXPECT_THAT(line, Not(::testing::EndsWith("-")));
    }
    for (const std::string& name : names) {
      EXPECT_TRUE(text.find(name + ":") != std::string::npos ||
                  text.find(name + ";") != std::string::npos)
          << name;
    }
    ExpectRoundTrip(field, std::string(64, 'k'));
  }
}

TEST(FoldingTest, HeaderListOnePastTheLimitBreaksAtAColon) {
  // The last name ends in column 77, 78 and 79; its `;` must stay with it.
  for (std::size_t length = 1; length <= 120; ++length) {
    const SignatureField field =
        FieldWith("example.com", "sel", {"from", std::string(length, 'n'), "to"});
    const std::string text = WriteSignatureTemplate(field);
    ExpectWellFolded(text + "\r\n", length > 76 ? std::string(length, 'n') : "\x01");
    EXPECT_THAT(text, HasSubstr(std::string(length, 'n') + ":"));
    ExpectRoundTrip(field, "k");
  }
}

TEST(FoldingTest, LongNameAsTheFirstOfTheList) {
  for (std::size_t length = 70; length <= 256; ++length) {
    const SignatureField field =
        FieldWith("example.com", "sel", {std::string(length, 'n'), "from"});
    ExpectWellFolded(WriteSignatureTemplate(field) + "\r\n",
                     length > 76 ? std::string(length, 'n') : "\x01");
    ExpectRoundTrip(field, "k");
  }
}

TEST(FoldingTest, SignatureOfAnyLengthFillsItsLines) {
  const std::string text = WriteSignatureTemplate(FieldWith("example.com", "sel", {"from"}));
  for (std::size_t size = 1; size <= 600; ++size) {
    const std::string emitted = CompleteSignature(text, std::string(size, '\x77'));
    ExpectWellFolded(emitted);
    EXPECT_EQ(WithoutSignature(emitted.substr(0, emitted.size() - 2)), text);
    EXPECT_EQ(ParseEmitted(emitted).signature, std::string(size, '\x77'));
  }
}

TEST(FoldingTest, EveryTagListIsWrappedOnce) {
  const auto fields = SignEcho("From: a@example.com\r\n\r\n", SpecsForAllPairs());
  ASSERT_TRUE(fields.has_value());
  for (const std::string& field : *fields) {
    ExpectWellFolded(field);
    EXPECT_THAT(field, Not(HasSubstr("\r\n \r\n")));
    EXPECT_EQ(std::count(field.begin(), field.end(), '\r'),
              std::count(field.begin(), field.end(), '\n'));
  }
}

}  // namespace
}  // namespace dkimkeeper
