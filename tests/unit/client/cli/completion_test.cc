// The script is run by bash itself, as a terminal would.
#include "client/cli/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "client/cli/command_line.h"
#include "tests/fakes/run_program.h"
#include "tests/fakes/temp_dir.h"

namespace dkimkeeper {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string Script(const std::string& shell) {
  return std::get<Printout>(ParseCommandLine({"completion", shell})).text;
}

class CompletionTest : public testing::Test {
 protected:
  CompletionTest() { std::ofstream(path_) << Script("bash"); }

  // What bash offers for the last of `words`.
  std::string Offered(const std::string& words) {
    const ProgramResult ran =
        RunProgram({"bash", "-uc",
                    "complete() { :; }; source " + path_ + "; COMP_WORDS=(dkimkeeper " + words +
                        "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=(); _dkimkeeper; "
                        "echo \"${COMPREPLY[*]-}\""});
    EXPECT_EQ(ran.exit_status, 0) << ran.output;
    return ran.output;
  }

  TempDir directory_;
  std::string path_ = (directory_.path() / "completion").string();
};

TEST_F(CompletionTest, OffersNounsAndThenVerbs) {
  EXPECT_THAT(Offered("''"), HasSubstr("domain"));
  EXPECT_EQ(Offered("ke"), "key\n");
  EXPECT_EQ(Offered("key re"), "retire revoke reference\n");
  EXPECT_THAT(Offered("key ''"), Not(HasSubstr("whoami")));
}

TEST_F(CompletionTest, OffersAVerbsOptionsAndTheGlobalOnes) {
  EXPECT_EQ(Offered("key generate --al"), "--algorithm\n");
  EXPECT_EQ(Offered("key generate --ser"), "--server\n");
  EXPECT_EQ(Offered("key list --al"), "\n");
}

TEST_F(CompletionTest, OffersTheValuesOfAnOption) {
  EXPECT_EQ(Offered("sign --algorithm ''"), "rsa-sha256 ed25519-sha256\n");
  EXPECT_EQ(Offered("key generate --selector ''"), "\n");
}

TEST_F(CompletionTest, OffersFilesWhereAFileBelongs) {
  EXPECT_EQ(Offered("--ca " + directory_.path().string() + "/comp"), path_ + "\n");
}

TEST_F(CompletionTest, AnOptionsValueIsNotAVerb) {
  EXPECT_EQ(Offered("--server key doma"), "domain\n");
}

TEST_F(CompletionTest, ZshGoesThroughBashcompinit) {
  EXPECT_THAT(Script("zsh"), HasSubstr("bashcompinit"));
  EXPECT_THAT(Script("zsh"), HasSubstr("complete -F _dkimkeeper dkimkeeper"));
}

}  // namespace
}  // namespace dkimkeeper
