#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "tests/unit/client/c_abi/played_server.h"

namespace dkimkeeper {
namespace {

struct Order {
  const char* domain = "example.com";
  const char* selector = "s1";
  int algorithm = DKIMKEEPER_RSA_SHA256;
  std::size_t digest_length = DKIMKEEPER_DIGEST_LENGTH;
  std::size_t room = DKIMKEEPER_SIGNATURE_LENGTH;
};

class DigestTest : public testing::Test {
 protected:
  DigestTest() { digest_.fill(0xab); }

  std::string Sign(const Order& order) {
    length_ = order.room;
    signature_.fill(0);
    dkimkeeper_error* error = nullptr;
    const dkimkeeper_code code = dkimkeeper_sign_digest(
        client_.get(), order.domain, order.selector, order.algorithm, digest_.data(),
        order.digest_length, signature_.data(), &length_, &error);
    EXPECT_EQ(code, dkimkeeper_error_code(error));
    current_selector_ = dkimkeeper_error_current_selector(error);
    return TakeError(error);
  }

  PlayedClient client_;
  std::array<unsigned char, DKIMKEEPER_DIGEST_LENGTH + 1> digest_ = {};
  std::array<unsigned char, DKIMKEEPER_SIGNATURE_LENGTH> signature_ = {};
  std::size_t length_ = 0;
  std::string current_selector_;
};

TEST_F(DigestTest, GivesTheSignatureAndItsLength) {
  ASSERT_EQ(Sign({}), "");
  ASSERT_EQ(length_, 256U);
  EXPECT_TRUE(std::all_of(signature_.begin(), signature_.begin() + 256,
                          [](unsigned char byte) { return byte == 0xab; }));
  EXPECT_EQ(signature_[256], 0);
  ASSERT_EQ(Sign({.algorithm = DKIMKEEPER_ED25519_SHA256, .room = 64}), "");
  EXPECT_EQ(length_, 64U);
}

TEST_F(DigestTest, WritesNothingWhereThereIsNotRoomForAll) {
  EXPECT_EQ(Sign({.room = 255}), "INVALID_ARGUMENT/BAD_OPTION");
  EXPECT_EQ(length_, 256U) << "how much it needs";
  EXPECT_TRUE(std::all_of(signature_.begin(), signature_.end(),
                          [](unsigned char byte) { return byte == 0; }));
}

TEST_F(DigestTest, RefusesWhatIsNoOrder) {
  EXPECT_EQ(Sign({.domain = "no_domain"}), "INVALID_ARGUMENT/BAD_DOMAIN");
  EXPECT_EQ(Sign({.selector = "-"}), "INVALID_ARGUMENT/BAD_SELECTOR");
  EXPECT_EQ(Sign({.algorithm = 0}), "INVALID_ARGUMENT/BAD_ALGORITHM");
  EXPECT_EQ(Sign({.algorithm = 3}), "INVALID_ARGUMENT/BAD_ALGORITHM");
  EXPECT_EQ(Sign({.digest_length = 0}), "INVALID_ARGUMENT/BAD_DIGEST");
  EXPECT_EQ(Sign({.digest_length = 31}), "INVALID_ARGUMENT/BAD_DIGEST");
  EXPECT_EQ(Sign({.digest_length = 33}), "INVALID_ARGUMENT/BAD_DIGEST");
  EXPECT_EQ(client_.server().signatures, 0);
}

TEST_F(DigestTest, NamesTheSelectorThatSignsNow) {
  client_.server().stale_selector = "s1";
  EXPECT_EQ(Sign({}), "FAILED_PRECONDITION/SELECTOR_NOT_ACTIVE");
  EXPECT_EQ(current_selector_, "fresh");
}

}  // namespace
}  // namespace dkimkeeper
