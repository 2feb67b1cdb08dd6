#include "client/reference/reference.h"

#include <gtest/gtest.h>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

TEST(Reference, IsWrittenAsItWasRead) {
  for (const std::string uri : {"dkimkeeper:example.com/s1", "dkimkeeper:a.b.example/x.y",
                                "dkimkeeper:xn--bcher-kva.example/with_underscore"}) {
    const auto reference = Reference::Parse(uri);
    ASSERT_TRUE(reference) << uri << ": " << reference.error().message;
    EXPECT_EQ(reference->Uri(), uri);
  }
}

TEST(Reference, FoldsLetters) {
  const auto reference = Reference::Parse("DKIMKeeper:Example.COM/S1");
  ASSERT_TRUE(reference);
  EXPECT_EQ(reference->domain(), "example.com");
  EXPECT_EQ(reference->selector().str(), "s1");
}

TEST(Reference, RefusesWhatNamesNoKey) {
  const std::string long_label(64, 'a');
  for (const std::string& uri :
       {std::string(), std::string("dkimkeeper:"), std::string("example.com/s1"),
        std::string("file:example.com/s1"), std::string("dkimkeeper:example.com"),
        std::string("dkimkeeper:example.com/"), std::string("dkimkeeper:/s1"),
        std::string("dkimkeeper:com/s1"), std::string("dkimkeeper:example.com./s1"),
        std::string("dkimkeeper:exa mple.com/s1"), std::string("dkimkeeper:example.com/s1/x"),
        std::string("dkimkeeper:example.com/s1?socket=/tmp/s"),
        std::string("dkimkeeper://example.com/s1"), "dkimkeeper:" + long_label + ".com/s1",
        std::string("dkimkeeper:b\xc3\xbc.example/s1"),
        std::string("dkimkeeper:example.com/s1\0", 26)}) {
    const auto reference = Reference::Parse(uri);
    ASSERT_FALSE(reference) << uri;
    EXPECT_EQ(reference.error().reason, reason::kBadReference) << uri;
  }
}

}  // namespace
}  // namespace dkimkeeper
