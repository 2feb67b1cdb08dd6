#include "client/dkim/header_selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/reason.h"
#include "tests/unit/client/dkim/support.h"

namespace dkimkeeper {
namespace {

using ::testing::ElementsAre;
using ::testing::IsSubsetOf;

std::vector<std::string> NamesFor(const MessageOptions& options, std::string_view header) {
  return HeaderSelection::FromOptions(options).value().NamesFor(BlockOf(header));
}

std::vector<std::string> TextsOf(const HeaderBlock& block, const std::vector<std::string>& names) {
  std::vector<std::string> texts;
  for (const HeaderField* field : SelectFields(block, names)) texts.push_back(field->text());
  return texts;
}

TEST(HeaderSelectionTest, DefaultsOversignCountPlusOneAndSignTheRestWherePresent) {
  EXPECT_THAT(NamesFor({}, "From: a\nTo: b\nTo: c\nList-Id: d\nReceived: e\nX-Mine: f\n"),
              ElementsAre("from", "from", "reply-to", "subject", "date", "to", "to", "to", "cc",
                          "list-id", "message-id", "mime-version", "content-type"));
}

TEST(HeaderSelectionTest, DefaultListIsThatOfRfc6376Section541AndTheLaterFields) {
  EXPECT_THAT(
      DefaultSignedHeaders(),
      ElementsAre("From", "Reply-To", "Subject", "Date", "To", "Cc", "Resent-Date", "Resent-From",
                  "Resent-To", "Resent-Cc", "In-Reply-To", "References", "List-Id", "List-Help",
                  "List-Unsubscribe", "List-Subscribe", "List-Post", "List-Owner", "List-Archive",
                  "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
                  "List-Unsubscribe-Post", "Feedback-ID", "CFBL-Address"));
}

TEST(HeaderSelectionTest, NeitherListNorResentFieldsAreOversigned) {
  for (const std::string& name : DefaultOversignedHeaders()) {
    EXPECT_FALSE(name.starts_with("List-") || name.starts_with("Resent-")) << name;
  }
  EXPECT_THAT(DefaultOversignedHeaders(), IsSubsetOf(DefaultSignedHeaders()));
}

TEST(HeaderSelectionTest, RepeatedFieldsAreTakenFromTheBottom) {
  const HeaderBlock block = BlockOf("Received: A\nFrom: x\nReceived: B\nReceived: C\n");
  EXPECT_THAT(TextsOf(block, {"received", "Received", "from"}),
              ElementsAre("Received: C", "Received: B", "From: x"));
}

TEST(HeaderSelectionTest, NamesWithoutAFieldLeftAddNothing) {
  const HeaderBlock block = BlockOf("From: x\nTo: y\n");
  EXPECT_THAT(TextsOf(block, {"from", "from", "cc", "to", "from"}),
              ElementsAre("From: x", "To: y"));
}

TEST(HeaderSelectionTest, WhiteSpaceBeforeTheColonIsNoPartOfTheName) {
  EXPECT_THAT(NamesFor({.signed_headers = {"From", "Subject"},
                        .oversigned_headers = std::vector<std::string>{"From"}},
                       "From: x\nSubject : y\n"),
              ElementsAre("from", "from", "subject"));
}

TEST(HeaderSelectionTest, AllFieldsOfANameAreSigned) {
  EXPECT_THAT(NamesFor({.signed_headers = {"Received", "From"},
                        .oversigned_headers = std::vector<std::string>{"From"}},
                       "Received: A\nReceived: B\nFrom: x\n"),
              ElementsAre("received", "received", "from", "from"));
}

TEST(HeaderSelectionTest, OwnSignedListBoundsTheDefaultOversigning) {
  EXPECT_THAT(NamesFor({.signed_headers = {"From", "Subject", "X-Mine"}}, "From: x\nTo: y\n"),
              ElementsAre("from", "from", "subject"));
}

TEST(HeaderSelectionTest, OversignedNameOutsideTheSignedListIsSignedToo) {
  EXPECT_THAT(NamesFor({.signed_headers = {"From"},
                        .oversigned_headers = std::vector<std::string>{"From", "X-Only-One"}},
                       "From: x\nX-Only-One: y\n"),
              ElementsAre("from", "from", "x-only-one", "x-only-one"));
}

TEST(HeaderSelectionTest, RepeatsInTheListsDoNotMatter) {
  EXPECT_THAT(NamesFor({.signed_headers = {"From", "FROM", "from"},
                        .oversigned_headers = std::vector<std::string>{"from", "From"}},
                       "From: x\n"),
              ElementsAre("from", "from"));
}

void ExpectBadOption(const MessageOptions& options) {
  const auto selection = HeaderSelection::FromOptions(options);
  ASSERT_FALSE(selection.has_value());
  EXPECT_EQ(selection.error().code, Code::kInvalidArgument);
  EXPECT_EQ(selection.error().reason, reason::kBadOption);
}

TEST(HeaderSelectionTest, ListsWithoutFromAreRefused) {
  ExpectBadOption({.signed_headers = {"To", "Subject"}});
  ExpectBadOption({.oversigned_headers = std::vector<std::string>{"To"}});
  ExpectBadOption({.oversigned_headers = std::vector<std::string>{}});
}

TEST(HeaderSelectionTest, NamesThatCannotStandInTheListAreRefused) {
  for (const std::string name : {"", "X Y", "X:Y", "X;Y", "X\r\nY", "\xC3\xA4"}) {
    ExpectBadOption({.signed_headers = {"From", name}});
  }
  ExpectBadOption({.signed_headers = {"From", std::string(257, 'x')}});
  EXPECT_TRUE(HeaderSelection::FromOptions({.signed_headers = {"From", std::string(256, 'x')}}));
}

TEST(HeaderSelectionTest, DkimSignatureIsRefused) {
  ExpectBadOption({.signed_headers = {"From", "DKIM-Signature"}});
  ExpectBadOption({.oversigned_headers = std::vector<std::string>{"From", "dkim-signature"}});
}

}  // namespace
}  // namespace dkimkeeper
