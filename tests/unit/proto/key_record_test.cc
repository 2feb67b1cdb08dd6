#include "proto/dkim/key_record.h"

#include "proto/dkim/base64.h"
#include "proto/reason.h"
#include "tests/unit/proto/result_matchers.h"
#include "tests/unit/proto/test_keys.h"

namespace dkimkeeper {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// RFC 8463 appendix A.2: both keys of football.example.com.
constexpr std::string_view kEd25519Record =
    "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
constexpr std::string_view kRsaKey =
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQi"
    "Y/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZy"
    "VYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB";

std::string RsaRecord(std::string_view tags) {
  return std::string(tags) + "p=" + std::string(kRsaKey);
}

TEST(KeyRecordTest, ReadsTheKeysOfRfc8463) {
  const auto ed25519 = ParseKeyRecord(kEd25519Record);
  ASSERT_THAT(ed25519, IsOk());
  EXPECT_EQ(ed25519->algorithm, Algorithm::kEd25519Sha256);
  EXPECT_EQ(EncodeBase64(ed25519->public_key->record_bytes),
            "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
  EXPECT_EQ(RenderKeyRecord(*ed25519), kEd25519Record);

  const auto rsa = ParseKeyRecord(RsaRecord("v=DKIM1; k=rsa; "));
  ASSERT_THAT(rsa, IsOk());
  EXPECT_EQ(rsa->algorithm, Algorithm::kRsaSha256);
  EXPECT_EQ(RenderKeyRecord(*rsa), RsaRecord("v=DKIM1; k=rsa; "));
}

TEST(KeyRecordTest, ReadsEveryTag) {
  const auto record = ParseKeyRecord(RsaRecord(
      "v=DKIM1; k=rsa; h=sha1 : sha256; n=owner=3B a=20b; s=email:*; t=y:s:x-new; z=?; "));
  ASSERT_THAT(record, IsOk());
  EXPECT_THAT(record->hash_algorithms, ElementsAre("sha1", "sha256"));
  EXPECT_EQ(record->note, "owner; a b");
  EXPECT_THAT(record->services, ElementsAre("email", "*"));
  EXPECT_THAT(record->flags, ElementsAre("y", "s", "x-new"));
  EXPECT_EQ(
      RenderKeyRecord(*record),
      RsaRecord("v=DKIM1; k=rsa; h=sha1:sha256; n=owner=3B=20a=20b; s=email:*; t=y:s:x-new; "));
}

TEST(KeyRecordTest, DefaultsOfWhatIsLeftOut) {
  const auto record = ParseKeyRecord(RsaRecord(""));
  ASSERT_THAT(record, IsOk());
  EXPECT_EQ(record->algorithm, Algorithm::kRsaSha256);
  EXPECT_THAT(record->hash_algorithms, IsEmpty());
  EXPECT_THAT(record->flags, IsEmpty());
  EXPECT_THAT(record->services, IsEmpty());
  EXPECT_EQ(ParseKeyRecord(RsaRecord("s=*; ")), record);
}

TEST(KeyRecordTest, AnEmptyKeyIsARevokedOne) {
  const auto record = ParseKeyRecord("v=DKIM1; k=ed25519; p=");
  ASSERT_THAT(record, IsOk());
  EXPECT_EQ(record->public_key, std::nullopt);
  EXPECT_EQ(record->algorithm, Algorithm::kEd25519Sha256);
  EXPECT_EQ(RenderKeyRecord(*record), "v=DKIM1; k=ed25519; p=");
}

TEST(KeyRecordTest, TheKeyMayBeFolded) {
  std::string spaced(kRsaKey);
  spaced.insert(100, "  ");
  EXPECT_EQ(ParseKeyRecord("p=" + spaced), ParseKeyRecord(RsaRecord("")));
}

TEST(KeyRecordTest, RefusesRecordsThatVerifiersWouldNotUse) {
  const std::pair<const char*, std::string> rows[] = {
      {"nothing", ""},
      {"no p=", "v=DKIM1; k=rsa"},
      {"v= not first", RsaRecord("k=rsa; v=DKIM1; ")},
      {"v= of another version", RsaRecord("v=DKIM2; ")},
      {"v= in lower case", RsaRecord("v=dkim1; ")},
      {"v= empty", RsaRecord("v=; ")},
      {"unknown k=", RsaRecord("v=DKIM1; k=dsa; ")},
      {"k= in upper case", RsaRecord("k=RSA; ")},
      {"h= without sha256", RsaRecord("h=sha1; ")},
      {"h= empty", RsaRecord("h=; ")},
      {"t= with a comma", RsaRecord("t=s,y; ")},
      {"t= with a star", RsaRecord("t=*; ")},
      {"n= with half an escape", RsaRecord("n=100=; ")},
      {"a tag twice", RsaRecord("v=DKIM1; p=; ")},
      {"an SPF record", "v=spf1 -all"},
      {"p= no base64", "v=DKIM1; p=???"},
      {"p= cut short", "v=DKIM1; p=" + std::string(kRsaKey.substr(0, 100))},
      {"p= with its padding missing",
       std::string(kEd25519Record.substr(0, kEd25519Record.size() - 1))},
      {"p= with bytes behind the key",
       "p=" + EncodeBase64(*DecodeBase64(kRsaKey) + std::string(1, '\0'))},
      {"quotation marks left in", "\"v=DKIM1; p=" + std::string(kRsaKey) + "\""},
  };
  for (const auto& [name, value] : rows) {
    SCOPED_TRACE(name);
    EXPECT_THAT(ParseKeyRecord(value), IsRefused(reason::kBadKeyRecord));
  }
}

TEST(KeyRecordTest, RsaNeeds1024Bits) {
  EXPECT_THAT(ParseKeyRecord("p=" + EncodeBase64(NewRsaKey(1023).record_bytes)),
              IsRefused(reason::kBadKeyRecord));
  EXPECT_THAT(ParseKeyRecord("p=" + EncodeBase64(NewRsaKey(1024).record_bytes)), IsOk());
}

TEST(KeyRecordTest, RsaKeyIsASubjectPublicKeyInfoAndNothingElse) {
  const std::string info = NewRsaKey(2048).record_bytes;
  EXPECT_EQ(info.size(), 294U);
  EXPECT_THAT(ParseKeyRecord("p=" + EncodeBase64(info)), IsOk());
  const std::pair<const char*, std::string> rows[] = {
      {"bare RSAPublicKey", info.substr(24)},
      {"Ed25519", NewCurvePublicKeyInfo("ED25519")},
      {"RSA-PSS", NewRsaPublicKeyInfo("RSA-PSS", 2048)},
      {"X25519", NewCurvePublicKeyInfo("X25519")},
  };
  for (const auto& [name, bytes] : rows) {
    SCOPED_TRACE(name);
    EXPECT_THAT(ParseKeyRecord("k=rsa; p=" + EncodeBase64(bytes)),
                IsRefused(reason::kBadKeyRecord));
  }
}

// RFC 8463 §4: some software publishes the SubjectPublicKeyInfo of an Ed25519 key.
TEST(KeyRecordTest, Ed25519KeyIsThe32RawBytesAndNoSubjectPublicKeyInfo) {
  const std::string info = NewCurvePublicKeyInfo("ED25519");
  EXPECT_EQ(info.size(), 44U);
  const auto refused = ParseKeyRecord("k=ed25519; p=" + EncodeBase64(info));
  ASSERT_THAT(refused, IsRefused(reason::kBadKeyRecord));
  EXPECT_THAT(refused.error().message, testing::HasSubstr("32 raw"));
  EXPECT_THAT(ParseKeyRecord("k=ed25519; p=" + EncodeBase64(info.substr(12))), IsOk());
  EXPECT_THAT(ParseKeyRecord("k=ed25519; p=" + EncodeBase64(info.substr(13))),
              IsRefused(reason::kBadKeyRecord));
}

// A check that looks for the key as a part of the text takes these for right.
TEST(KeyRecordTest, ARecordThatOnlyContainsTheKeyIsAnotherRecord) {
  const PublicKey key = NewEd25519Key();
  const std::string right = "p=" + EncodeBase64(key.record_bytes);
  const std::string other = EncodeBase64(NewEd25519Key().record_bytes);
  EXPECT_EQ(ParseKeyRecord("k=ed25519; " + right)->public_key, key);
  const std::pair<const char*, std::string> rows[] = {
      {"in the note", "k=ed25519; n==70=3D" + right.substr(2, 43) + "=3D; p=" + other},
      {"in a longer tag", "k=ed25519; xx" + right + "; p=" + other},
      {"revoked beside it", "k=ed25519; x" + right + "; p="},
      {"as another type", "k=rsa; " + right},
      {"two records in one", "k=ed25519; " + right + "; v=DKIM1; k=ed25519; " + right},
  };
  for (const auto& [name, value] : rows) {
    SCOPED_TRACE(name);
    const auto record = ParseKeyRecord(value);
    EXPECT_FALSE(record.has_value() && record->public_key == key);
  }
}

// The same key in BER with a long length: equal keys have equal bytes.
TEST(KeyRecordTest, AnOddlyEncodedKeyIsTheSameKey) {
  std::string bytes = *DecodeBase64(kRsaKey);
  ASSERT_EQ(bytes.substr(0, 3), "\x30\x81\x9F");
  bytes.replace(0, 3, std::string("\x30\x82\x00\x9F", 4));
  EXPECT_EQ(ParseKeyRecord("p=" + EncodeBase64(bytes)), ParseKeyRecord(RsaRecord("")));
}

TEST(KeyRecordTest, LargeKeysNeedSeveralStrings) {
  const std::pair<std::size_t, std::size_t> rows[] = {{1024, 1}, {2048, 2}, {4096, 3}};
  for (const auto& [bits, strings] : rows) {
    SCOPED_TRACE(bits);
    const std::string value = RenderKeyRecord({.public_key = NewRsaKey(bits)});
    EXPECT_EQ(SplitCharacterStrings(value).size(), strings);
    EXPECT_THAT(ParseKeyRecord(value), IsOk());
  }
}

}  // namespace
}  // namespace dkimkeeper
