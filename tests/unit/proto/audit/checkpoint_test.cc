#include "proto/audit/checkpoint.h"

#include <gmock/gmock.h>

#include "proto/reason.h"
#include "tests/unit/proto/result_matchers.h"

namespace dkimkeeper {
namespace {

// The example of C2SP tlog-checkpoint.
constexpr std::string_view kText =
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
constexpr std::string_view kNote =
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+"
    "zyWE+xeMcTOAYQ8=\n";

TEST(CheckpointTest, ReadsAndWritesTheKnownOne) {
  const auto checkpoint = Checkpoint::Parse(kText);
  ASSERT_THAT(checkpoint, IsOk());
  EXPECT_EQ(checkpoint->origin, "example.com/behind-the-sofa");
  EXPECT_EQ(checkpoint->size, 20'852'163U);
  EXPECT_EQ(checkpoint->root[0], 0x0a);
  EXPECT_EQ(checkpoint->ToString(), kText);
  EXPECT_EQ(Checkpoint::Parse(std::string(kText) + "extension\n"), checkpoint);
}

TEST(CheckpointTest, OfNothing) {
  const Checkpoint empty{.origin = "a", .size = 0, .root = Sha256({})};
  EXPECT_EQ(empty.ToString(), "a\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
  EXPECT_EQ(Checkpoint::Parse(empty.ToString()), empty);
}

TEST(CheckpointTest, RefusesWhatIsNone) {
  const std::string root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
  for (const std::string& text :
       {std::string(), std::string("a\n"), std::string("a\n0\n"), "\n0\n" + root, "a\n\n" + root,
        "a\n00\n" + root, "a\n-1\n" + root, "a\n1 \n" + root, "a\n18446744073709551616\n" + root,
        "a\n0\n" + root.substr(0, 44), std::string("a\n0\nAAAA\n"), "a\n0\n " + root}) {
    EXPECT_THAT(Checkpoint::Parse(text), IsRefused(reason::kBadDocument)) << text;
  }
}

TEST(CheckpointTest, OriginsAreNamesOfKeys) {
  EXPECT_TRUE(IsOrigin("dkimkeeper.example.com/audit/mx1"));
  EXPECT_FALSE(IsOrigin(""));
  EXPECT_FALSE(IsOrigin("two words"));
  EXPECT_FALSE(IsOrigin("a+b"));
  EXPECT_FALSE(IsOrigin(std::string(256, 'a')));
}

TEST(CheckpointTest, TheFileIsReadBack) {
  const auto note = SignedNote::Parse(kNote);
  ASSERT_THAT(note, IsOk());
  const std::string entry = CheckpointEntry(*note);
  const auto two = SplitCheckpoints(entry + entry);
  EXPECT_THAT(two.notes, testing::ElementsAre(kNote, kNote));
  EXPECT_EQ(two.torn, "");
  for (std::size_t size = 1; size < entry.size(); ++size) {
    const auto cut = SplitCheckpoints(entry + entry.substr(0, size));
    EXPECT_EQ(cut.notes.size(), 1U);
    EXPECT_EQ(cut.torn, entry.substr(0, size));
  }
}

}  // namespace
}  // namespace dkimkeeper
