#include "client/agent/key_list_text.h"

#include <gtest/gtest.h>

#include "tests/unit/client/agent/support.h"

namespace dkimkeeper {
namespace {

SigningKeys Sample() {
  SigningKeys keys =
      ListOf({Key("example.com", "s1"),
              Key("example.com", "s_2", Algorithm::kEd25519Sha256, "news", FailPolicy::kUnsigned)});
  keys.generation = 42;
  keys.keys[1].signs_until_ms = 1767225600000;
  keys.keys[1].headers_required = true;
  return keys;
}

constexpr const char* kSample =
    "dkimkeeper-keys 1 42\n"
    "example.com default s1 rsa-sha256 tempfail -\n"
    "example.com news s_2 ed25519-sha256 unsigned 1767225600000 headers\n"
    "end 2\n";

TEST(KeyListTextTest, ThereAndBack) {
  EXPECT_EQ(RenderKeyList(Sample()), kSample);
  const auto parsed = ParseKeyList(kSample);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(RenderKeyList(*parsed), kSample);
  EXPECT_EQ(parsed->keys[1].fail_policy, FailPolicy::kUnsigned);
  EXPECT_FALSE(parsed->keys[0].headers_required);
  EXPECT_TRUE(parsed->keys[1].headers_required);
}

TEST(KeyListTextTest, AnEmptyListIsAList) {
  const auto parsed = ParseKeyList(RenderKeyList({}));
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(parsed->keys.empty());
}

TEST(KeyListTextTest, EveryCutIsRefused) {
  const std::string whole = kSample;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(ParseKeyList(whole.substr(0, size))) << size;
  }
}

TEST(KeyListTextTest, WhatTheAgentDoesNotWriteIsRefused) {
  for (const char* text :
       {"dkimkeeper-keys 2 42\nend 0\n", "dkimkeeper-keys 1 x\nend 0\n",
        "dkimkeeper-keys 1 1\nend 1\n", "dkimkeeper-keys 1 1\nend 0\n\n",
        "dkimkeeper-keys 1 1\nexample.com default s1 rsa-sha256 tempfail\nend 1\n",
        "dkimkeeper-keys 1 1\nexample.com default s1 rsa-sha1 tempfail -\nend 1\n",
        "dkimkeeper-keys 1 1\nexample.com default s1 rsa-sha256 never -\nend 1\n",
        "dkimkeeper-keys 1 1\nexample.com default s1 rsa-sha256 tempfail 1x\nend 1\n",
        "dkimkeeper-keys 1 1\nexample.com default ../s rsa-sha256 tempfail -\nend 1\n"}) {
    const auto parsed = ParseKeyList(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().reason, "BAD_DOCUMENT");
  }
}

}  // namespace
}  // namespace dkimkeeper
