#include "proto/audit/signed_note.h"

#include <gmock/gmock.h>

#include "proto/dkim/base64.h"
#include "proto/reason.h"
#include "tests/unit/proto/result_matchers.h"

namespace dkimkeeper {
namespace {

// The example of Go's package note, by which the format became known.
constexpr std::string_view kKey =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr std::string_view kText =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n";
constexpr std::string_view kSignature =
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/"
    "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

std::string Note() { return std::string(kText) + "\n" + std::string(kSignature); }

std::vector<VerifierKey> Keys() { return {*VerifierKey::Parse(kKey)}; }

TEST(VerifierKeyTest, ReadsAndWritesTheKnownOne) {
  const auto key = VerifierKey::Parse(kKey);
  ASSERT_THAT(key, IsOk());
  EXPECT_EQ(key->name(), "PeterNeumann");
  EXPECT_EQ(key->id(), 0xc74f20a3U);
  EXPECT_EQ(key->ToString(), kKey);
  EXPECT_EQ(VerifierKey::Make(key->name(), key->public_key()), key);
}

TEST(VerifierKeyTest, RefusesWhatIsNone) {
  std::string other_id(kKey);
  other_id[14] = '0';
  for (const std::string& text :
       {std::string(), std::string("a"), std::string("a+b"), other_id, std::string(kKey) + "\n",
        std::string("PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"),
        std::string(kKey.substr(0, kKey.size() - 4))}) {
    EXPECT_THAT(VerifierKey::Parse(text), IsRefused(reason::kBadDocument)) << text;
  }
  for (const char* name : {"", "a b", "a+b", "a\nb", "a\u00a0b", "\xff"})
    EXPECT_THAT(VerifierKey::Make(name, std::string(32, 'k')), IsRefused(reason::kBadDocument));
}

TEST(SignedNoteTest, VerifiesTheKnownOne) {
  const auto note = SignedNote::Parse(Note());
  ASSERT_THAT(note, IsOk());
  EXPECT_EQ(note->text, kText);
  EXPECT_EQ(note->ToString(), Note());
  EXPECT_THAT(VerifyNote(*note, Keys()), IsOk());
}

TEST(SignedNoteTest, EachFlippedBitIsFound) {
  const std::string whole = Note();
  for (std::size_t i = 0; i < whole.size() * 8; ++i) {
    std::string flipped = whole;
    flipped[i / 8] = static_cast<char>(flipped[i / 8] ^ (1 << (i % 8)));
    const auto note = SignedNote::Parse(flipped);
    EXPECT_FALSE(note && VerifyNote(*note, Keys())) << i;
  }
}

TEST(SignedNoteTest, SignaturesOfOthersAreKeptAndIgnored) {
  auto note = *SignedNote::Parse(Note());
  const auto other = VerifierKey::Make("witness.example/w1", std::string(32, 'k'));
  AttachSignature(note, *other, std::string(72, 's'));
  const auto again = SignedNote::Parse(note.ToString());
  EXPECT_EQ(again, note);
  EXPECT_THAT(VerifyNote(*again, Keys()), IsOk());
  // Known, it has to be right.
  std::vector<VerifierKey> both = Keys();
  both.push_back(*other);
  EXPECT_EQ(VerifyNote(*again, both).error().reason, reason::kBadSignature);
  const std::vector<VerifierKey> none;
  EXPECT_EQ(VerifyNote(*again, none).error().reason, reason::kBadSignature);
}

TEST(SignedNoteTest, TheTextMayHoldEmptyLines) {
  const auto note = SignedNote::Parse("one\n\ntwo\n\n" + std::string(kSignature));
  ASSERT_THAT(note, IsOk());
  EXPECT_EQ(note->text, "one\n\ntwo\n");
}

TEST(SignedNoteTest, RefusesWhatIsNone) {
  const std::string signature(kSignature);
  for (const std::string& text :
       {std::string(), std::string("text\n"), "text\n" + signature, std::string("text\n\n"),
        "text\n\n" + signature.substr(0, signature.size() - 1), "t\tt\n\n" + signature,
        "t\xff\n\n" + signature, "text\n\n" + signature + "more\n",
        std::string("text\n\n- a AAAAAAA=\n"), std::string("text\n\n— a AAAAAA==\n"),
        std::string("text\n\n— a b AAAAAAA=\n"), std::string("text\n\n— a AAAAAAA\n"),
        std::string(kLongestNote, 'x') + "\n\n" + signature}) {
    EXPECT_THAT(SignedNote::Parse(text), IsRefused(reason::kBadDocument)) << text.substr(0, 80);
  }
}

}  // namespace
}  // namespace dkimkeeper
