#include "client/opendkim/old_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cstdio>
#include <memory>

namespace dkimkeeper {
namespace {

using testing::HasSubstr;

// A file with a new key.
std::string KeyFile(const char* name, EVP_PKEY* made) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(made, EVP_PKEY_free);
  const std::string path = testing::TempDir() + "opendkim_" + name;
  std::FILE* const file = std::fopen(path.c_str(), "w");
  EXPECT_EQ(PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr), 1);
  (void)std::fclose(file);
  return path;
}

TEST(OldKey, SaysWhichKindItIs) {
  const auto rsa = LookAtOldKey(KeyFile("rsa", EVP_RSA_gen(1024)));
  ASSERT_TRUE(rsa) << rsa.error().message;
  EXPECT_EQ(rsa->algorithm, Algorithm::kRsaSha256);
  EXPECT_EQ(rsa->bits, 1024U);
  const auto ed25519 = LookAtOldKey(KeyFile("ed", EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")));
  ASSERT_TRUE(ed25519) << ed25519.error().message;
  EXPECT_EQ(ed25519->algorithm, Algorithm::kEd25519Sha256);
}

TEST(OldKey, SaysWhyItIsNone) {
  EXPECT_THAT(LookAtOldKey("/nowhere/key").error().message, HasSubstr("cannot be read"));
  EXPECT_THAT(LookAtOldKey("/dev/null").error().message, HasSubstr("no private key"));
  const auto ec = LookAtOldKey(KeyFile("ec", EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")));
  EXPECT_THAT(ec.error().message, HasSubstr("neither"));
}

TEST(OldKey, HasAnIdThatStays) {
  const auto id = [](const char* domain, const char* selector) {
    return TokenKeyIdFor(*Domain::Parse(domain), *Selector::Parse(selector));
  };
  EXPECT_EQ(id("a.example", "s1"), id("a.example", "s1"));
  EXPECT_EQ(id("a.example", "s1").size(), 32U);
  EXPECT_NE(id("a.example", "s1"), id("a.example", "s2"));
}

}  // namespace
}  // namespace dkimkeeper
