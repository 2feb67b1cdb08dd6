// Properties over random values: what is printed parses to the same value.
#include "proto/dkim/base64.h"
#include "proto/dkim/hex.h"
#include "proto/dkim/key_record.h"
#include "proto/dkim/mailbox.h"
#include "proto/dkim/quoted_printable.h"
#include "proto/dkim/signature_field.h"
#include "tests/unit/proto/result_matchers.h"
#include "tests/unit/proto/seeded_random.h"
#include "tests/unit/proto/test_keys.h"

namespace dkimkeeper {
namespace {

constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kAlnum = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr int kRounds = 2000;

class RoundTripTest : public testing::Test {
 protected:
  std::vector<std::string> Words(std::size_t low, std::size_t high) {
    std::vector<std::string> words(random_.Number(low, high));
    for (auto& word : words) word = random_.Text(kLower, 1, 3) + random_.Text(kAlnum, 0, 5);
    return words;
  }

  std::string Name(std::size_t labels) {
    std::string name = random_.Text(kLower, 1, 12);
    while (--labels > 0) name = random_.Text(kAlnum, 1, 12) + "." + name;
    return name;
  }

  SeededRandom random_;
  testing::ScopedTrace trace_{__FILE__, __LINE__, random_.Trace()};
};

TEST_F(RoundTripTest, Bytes) {
  for (int i = 0; i < kRounds; ++i) {
    const std::string bytes = random_.Bytes(random_.Number(0, 80));
    EXPECT_EQ(DecodeBase64(EncodeBase64(bytes)), bytes);
    EXPECT_EQ(DecodeHex(EncodeHex(bytes)), bytes);
    EXPECT_EQ(DecodeQuotedPrintable(EncodeQuotedPrintable(bytes)), bytes);
  }
}

TEST_F(RoundTripTest, TagListsPrintAndParse) {
  for (int i = 0; i < kRounds; ++i) {
    const auto list = TagList::Parse(random_.Text("ab=; \t\r\n_0\xC3\xA4", 1, 16));
    if (list) EXPECT_EQ(TagList::Parse(list->ToString()), list) << list->ToString();
  }
}

TEST_F(RoundTripTest, Domains) {
  const std::string_view alphabet = "aB9-._ \xC3\xBC\xC2\xAD\xE2\x80\x8B";
  for (int i = 0; i < kRounds; ++i) {
    const std::string text = random_.Text(alphabet, 1, 8) + ".example";
    const auto domain = Domain::Parse(text);
    if (!domain) continue;
    EXPECT_EQ(Domain::Parse(domain->str()), domain) << text;
    EXPECT_EQ(Domain::Parse(domain->ToUnicode()), domain) << text;
    EXPECT_EQ(text.find_first_of("_ "), std::string::npos) << text;
  }
}

TEST_F(RoundTripTest, KeyRecords) {
  const PublicKey keys[] = {NewEd25519Key(), NewRsaKey(1024), NewRsaKey(2048)};
  for (int i = 0; i < kRounds; ++i) {
    const PublicKey& key = keys[random_.Number(0, std::size(keys) - 1)];
    KeyRecord record{.public_key = std::nullopt,
                     .algorithm = key.algorithm,
                     .flags = Words(0, 3),
                     .services = Words(0, 2),
                     .hash_algorithms = Words(0, 2),
                     .note = random_.Bytes(random_.Number(0, 30))};
    if (random_.Coin()) record.public_key = key;
    if (!record.hash_algorithms.empty()) record.hash_algorithms.emplace_back("sha256");
    const std::string value = RenderKeyRecord(record);
    EXPECT_EQ(ParseKeyRecord(value), record) << value;
  }
}

TEST_F(RoundTripTest, SignatureFields) {
  for (int i = 0; i < kRounds; ++i) {
    auto names = Words(1, 6);
    names.insert(names.begin() + static_cast<std::ptrdiff_t>(random_.Number(0, names.size())),
                 random_.Coin() ? "From" : "from");
    SignatureField field{
        .algorithm = random_.Coin() ? Algorithm::kRsaSha256 : Algorithm::kEd25519Sha256,
        .canonicalization = {},
        .domain = *Domain::Parse(Name(random_.Number(2, 5))),
        .selector = *Selector::Parse(Name(random_.Number(1, 3))),
        .identity = {},
        .header_names = names,
        .body_hash = random_.Bytes(32),
        .signature = random_.Bytes(random_.Number(0, 512)),
        .signed_at = random_.Number(0, 1U << 31U),
        .expires_at = std::nullopt};
    if (random_.Coin()) field.expires_at = *field.signed_at + 1;
    if (random_.Coin())
      field.identity = random_.Text("aZ0;=\" @\xC3", 0, 9) + "@x." + field.domain.str();
    std::string value;
    for (const Tag& tag : SignatureTags(field)) value += tag.name + "=" + tag.value + ";\r\n\t";
    EXPECT_EQ(ParseSignatureField(value), field) << value;
  }
}

TEST_F(RoundTripTest, Mailboxes) {
  for (int i = 0; i < kRounds; ++i) {
    const std::string local_part = random_.Text("aZ0.@ ;,()<>[]:'~", 1, 12);
    const Mailbox mailbox{local_part, *Domain::Parse(Name(3))};
    const std::string value = "\"" + local_part + "\" (" + random_.Text("ab<@>,\"", 0, 5) +
                              ") <\"" + local_part + "\"@" + mailbox.domain.str() + ">";
    EXPECT_EQ(ParseFromMailbox(value), mailbox) << value;
  }
}

}  // namespace
}  // namespace dkimkeeper
