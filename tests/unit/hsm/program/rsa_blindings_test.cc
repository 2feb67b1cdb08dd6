// One blinding for each modulus: what comes out is what RSA_private_encrypt(3) makes.
#define OPENSSL_SUPPRESS_DEPRECATED  // SoftHSM uses OpenSSL's RSA objects
#include "hsm/program/rsa_blindings.h"

#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/rsa.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hsm/pkcs11/crypto_library.h"

namespace dkimkeeper {
namespace {

using pkcs11::FreeWith;
using Key = std::unique_ptr<RSA, FreeWith<RSA_free>>;

Key NewKey(int bits, unsigned long exponent = RSA_F4) {
  Key key(RSA_new());
  const std::unique_ptr<BIGNUM, FreeWith<BN_free>> e(BN_new());
  EXPECT_EQ(BN_set_word(e.get(), exponent), 1);
  EXPECT_EQ(RSA_generate_key_ex(key.get(), bits, e.get(), nullptr), 1);
  return key;
}

// The same key in an object that nobody has used, as SoftHSM makes it for each signature.
Key FreshCopy(const Key& key) { return Key(RSAPrivateKey_dup(key.get())); }

// Empty where `blindings` cannot.
std::string Sign(RsaBlindings& blindings, std::string_view text, const Key& key) {
  std::vector<unsigned char> to(static_cast<std::size_t>(RSA_size(key.get())));
  const std::vector<unsigned char> from(text.begin(), text.end());
  const int written = blindings.Sign(from, to.data(), key.get());
  return written < 0 ? std::string() : std::string(to.begin(), to.begin() + written);
}

std::string OpenSslSigns(std::string_view text, const Key& key) {
  std::vector<unsigned char> to(static_cast<std::size_t>(RSA_size(key.get())));
  const std::vector<unsigned char> from(text.begin(), text.end());
  const int written = RSA_meth_get_priv_enc(RSA_PKCS1_OpenSSL())(
      static_cast<int>(from.size()), from.data(), to.data(), key.get(), RSA_PKCS1_PADDING);
  return {to.begin(), to.begin() + written};
}

TEST(RsaBlindingsTest, SignsAsOpenSslDoes) {
  RsaBlindings blindings;
  for (const int bits : {1024, 2048, 3072, 4096}) {
    const Key key = NewKey(bits);
    EXPECT_EQ(Sign(blindings, "a DigestInfo", FreshCopy(key)), OpenSslSigns("a DigestInfo", key))
        << bits;
  }
  const Key small_exponent = NewKey(1024, RSA_3);
  EXPECT_EQ(Sign(blindings, "x", FreshCopy(small_exponent)), OpenSslSigns("x", small_exponent));
}

TEST(RsaBlindingsTest, KeepsOneForEachModulusAndRenewsIt) {
  RsaBlindings blindings;
  const Key key = NewKey(1024);
  for (int i = 0; i < 100; ++i) {  // it is drawn anew after 32 uses (BN_BLINDING_update)
    const std::string text = "mail " + std::to_string(i);
    ASSERT_EQ(Sign(blindings, text, FreshCopy(key)), OpenSslSigns(text, key)) << i;
  }
  EXPECT_EQ(blindings.made(), 1U);
}

TEST(RsaBlindingsTest, KeysThatShareAPlaceDoNotShareABlinding) {
  RsaBlindings blindings;
  std::map<BN_ULONG, Key> keys;  // by place
  Key second;
  BN_ULONG place = 0;
  do {
    second = NewKey(512);
    place = BN_mod_word(RSA_get0_n(second.get()), RsaBlindings::kPlaces);
  } while (keys.try_emplace(place, std::move(second)).second);
  for (const Key* key :
       {&std::as_const(keys.at(place)), &std::as_const(second), &std::as_const(keys.at(place))}) {
    EXPECT_EQ(Sign(blindings, "mail", *key), OpenSslSigns("mail", *key));
  }
  EXPECT_EQ(blindings.made(), 3U);
}

TEST(RsaBlindingsTest, LeavesTheObjectAsItWas) {
  RsaBlindings blindings;
  const Key key = NewKey(1024);
  ASSERT_FALSE(Sign(blindings, "mail", key).empty());
  EXPECT_EQ(RSA_test_flags(key.get(), RSA_FLAG_NO_BLINDING), 0);
  RSA_set_flags(key.get(), RSA_FLAG_NO_BLINDING);
  ASSERT_FALSE(Sign(blindings, "mail", key).empty());
  EXPECT_NE(RSA_test_flags(key.get(), RSA_FLAG_NO_BLINDING), 0);
}

TEST(RsaBlindingsTest, WhatItCannotDoItSays) {
  RsaBlindings blindings;
  const Key key = NewKey(1024);
  EXPECT_EQ(Sign(blindings, std::string(128, 'x'), key),
            "");  // 11 octets of padding (RFC 8017 §9.2)
  const Key empty(RSA_new());
  unsigned char to = 0;
  EXPECT_EQ(blindings.Sign({}, &to, empty.get()), -1);
}

}  // namespace
}  // namespace dkimkeeper
