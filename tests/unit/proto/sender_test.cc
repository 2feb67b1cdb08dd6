#include "proto/dkim/sender.h"

#include "proto/reason.h"
#include "tests/unit/proto/result_matchers.h"

namespace dkimkeeper {
namespace {

TEST(SenderTest, FoldsUpperCase) {
  const auto sender = Sender::Parse("NewsLetter-2");
  ASSERT_THAT(sender, IsOk());
  EXPECT_EQ(sender->str(), "newsletter-2");
}

TEST(SenderTest, DefaultIsASenderLikeAnyOther) {
  EXPECT_EQ(Sender::Parse("default"), Sender::Default());
}

TEST(SenderTest, RefusesOtherNames) {
  for (const std::string& name :
       {std::string(), std::string("a.b"), std::string("a_b"), std::string("-a"), std::string("a-"),
        std::string("a b"), std::string("*"), std::string("b\xC3\xBC"), std::string(64, 'a')}) {
    SCOPED_TRACE(name);
    EXPECT_THAT(Sender::Parse(name), IsRefused(reason::kBadSender));
  }
}

}  // namespace
}  // namespace dkimkeeper
