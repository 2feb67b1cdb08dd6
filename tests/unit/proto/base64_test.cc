#include "proto/dkim/base64.h"

#include "proto/reason.h"
#include "tests/unit/proto/result_matchers.h"

namespace dkimkeeper {
namespace {

struct Row {
  const char* name;
  std::string_view bytes;
  std::string_view text;
};

// RFC 4648 §10.
constexpr Row kVectors[] = {
    {"nothing", "", ""},
    {"f", "f", "Zg=="},
    {"fo", "fo", "Zm8="},
    {"foo", "foo", "Zm9v"},
    {"foob", "foob", "Zm9vYg=="},
    {"fooba", "fooba", "Zm9vYmE="},
    {"foobar", "foobar", "Zm9vYmFy"},
};

TEST(Base64Test, FollowsTheVectorsOfRfc4648BothWays) {
  for (const Row& row : kVectors) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(EncodeBase64(row.bytes), row.text);
    EXPECT_EQ(DecodeBase64(row.text), std::string(row.bytes));
  }
}

TEST(Base64Test, KeepsZeroOctetsAtTheEnd) {
  const std::string zeros(4, '\0');
  EXPECT_EQ(EncodeBase64(zeros), "AAAAAA==");
  EXPECT_EQ(DecodeBase64("AAAAAA=="), zeros);
}

TEST(Base64Test, IgnoresFoldsInside) { EXPECT_EQ(DecodeBase64(" Zm9\r\n\tvYm\n Fy "), "foobar"); }

TEST(Base64Test, RefusesWhatIsNotCanonical) {
  const Row rows[] = {
      {"padding missing", "", "Zg"},
      {"padding short", "", "Zg="},
      {"padding too long", "", "Zm9v===="},
      {"padding inside", "", "Zg==Zg=="},
      {"one equals sign inside", "", "Zm=v"},
      {"only padding", "", "===="},
      {"three equals signs", "", "Z==="},
      {"left-over bits", "", "Zh=="},
      {"left-over bits, one padding", "", "Zm9="},
      {"URL alphabet", "", "-_-_"},
      {"text after", "", "Zm9v!"},
      {"a dash ends no text here", "", "Zm9v-AAA"},
      {"an octet above 127", "", "Zm9\xC3"},
      {"a form feed", "", "Zm9\f"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_THAT(DecodeBase64(row.text), IsRefused(reason::kBadBase64));
  }
}

TEST(Base64Test, RefusesANulInside) {
  EXPECT_THAT(DecodeBase64(std::string_view("Zm9\0", 4)), IsRefused(reason::kBadBase64));
}

}  // namespace
}  // namespace dkimkeeper
