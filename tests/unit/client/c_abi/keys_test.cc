#include <gtest/gtest.h>

#include "tests/unit/client/c_abi/played_server.h"

namespace dkimkeeper {
namespace {

class KeysTest : public testing::Test {
 protected:
  KeysTest() {
    SigningKey ending = KeyOf("example.com", "s1");
    ending.signs_until_ms = 1'700'000'000'000;
    SigningKey edwards = KeyOf("example.com", "s2", Algorithm::kEd25519Sha256, "news");
    edwards.public_key = PublicKey{Algorithm::kEd25519Sha256, std::string("a\0b", 3)};
    edwards.fail_policy = FailPolicy::kUnsigned;
    client_.server().now = {.generation = 1, .keys = {ending, edwards, KeyOf("example.org", "o")}};
  }
  ~KeysTest() override { dkimkeeper_keys_free(keys_); }

  std::string List(const char* domain) {
    dkimkeeper_keys_free(keys_);
    dkimkeeper_error* error = nullptr;
    const dkimkeeper_code code = dkimkeeper_list_keys(client_.get(), domain, &keys_, &error);
    EXPECT_EQ(code, dkimkeeper_error_code(error));
    return TakeError(error);
  }

  PlayedClient client_;
  dkimkeeper_keys* keys_ = nullptr;
};

TEST_F(KeysTest, ListsWhatEachKeyIs) {
  ASSERT_EQ(List("EXAMPLE.com"), "");
  ASSERT_EQ(dkimkeeper_keys_count(keys_), 2U);
  const dkimkeeper_key* first = dkimkeeper_keys_at(keys_, 0);
  EXPECT_STREQ(first->domain, "example.com");
  EXPECT_STREQ(first->sender, "default");
  EXPECT_STREQ(first->selector, "s1");
  EXPECT_EQ(first->algorithm, DKIMKEEPER_RSA_SHA256);
  EXPECT_EQ(first->fail_policy, DKIMKEEPER_TEMPFAIL);
  EXPECT_EQ(first->signs_until_ms, 1'700'000'000'000);
  EXPECT_EQ(first->public_key, nullptr);
  EXPECT_EQ(first->public_key_length, 0U);
  const dkimkeeper_key* second = dkimkeeper_keys_at(keys_, 1);
  EXPECT_STREQ(second->sender, "news");
  EXPECT_EQ(second->algorithm, DKIMKEEPER_ED25519_SHA256);
  EXPECT_EQ(second->fail_policy, DKIMKEEPER_UNSIGNED);
  EXPECT_EQ(second->signs_until_ms, 0);
  EXPECT_EQ(
      std::string(reinterpret_cast<const char*>(second->public_key), second->public_key_length),
      std::string("a\0b", 3));
}

TEST_F(KeysTest, WithoutADomainListsAll) {
  ASSERT_EQ(List(nullptr), "");
  EXPECT_EQ(dkimkeeper_keys_count(keys_), 3U);
  EXPECT_STREQ(dkimkeeper_keys_at(keys_, 2)->domain, "example.org");
}

TEST_F(KeysTest, PastTheEndIsNothing) {
  ASSERT_EQ(List("example.com"), "");
  EXPECT_EQ(dkimkeeper_keys_at(keys_, 2), nullptr);
  EXPECT_EQ(dkimkeeper_keys_at(keys_, static_cast<size_t>(-1)), nullptr);
}

TEST_F(KeysTest, AListOutlivesItsClient) {
  ASSERT_EQ(List("example.com"), "");
  client_.Free();
  EXPECT_STREQ(dkimkeeper_keys_at(keys_, 1)->selector, "s2");
}

TEST_F(KeysTest, AFailureLeavesNoList) {
  ASSERT_EQ(List("example.com"), "");
  EXPECT_EQ(List("no_domain"), "INVALID_ARGUMENT/BAD_DOMAIN");
  EXPECT_EQ(keys_, nullptr);
  client_.server().away = true;
  EXPECT_EQ(List("example.com"), "UNAVAILABLE/SERVER_AWAY");
  EXPECT_EQ(keys_, nullptr);
}

}  // namespace
}  // namespace dkimkeeper
