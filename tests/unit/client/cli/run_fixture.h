// Whole commands against the fake API: the way from words to standard output.
#ifndef TESTS_UNIT_CLIENT_CLI_RUN_FIXTURE_H_
#define TESTS_UNIT_CLIENT_CLI_RUN_FIXTURE_H_

#include <gtest/gtest.h>

#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "client/cli/run.h"
#include "tests/fakes/fake_api_server.h"
#include "tests/fakes/temp_dir.h"
#include "tests/unit/client/lib/fake_pace.h"

namespace dkimkeeper {

class RunFixture : public testing::Test {
 protected:
  RunFixture() : server_(api_, "unix:" + (directory_.path() / "s").string()) {}

  Outcome Run(std::vector<std::string> words) {
    words.insert(words.end(), {"--server", server_.address()});
    const auto parsed = ParseCommandLine(words);
    if (const auto* printout = std::get_if<Printout>(&parsed)) {
      return Fail(Code::kInvalidArgument, "USAGE", printout->text);
    }
    std::istringstream in(in_);
    out_.str("");
    err_.str("");
    return RunCommand(std::get<Invocation>(parsed), {.in = in,
                                                     .out = out_,
                                                     .err = err_,
                                                     .in_is_terminal = terminal_,
                                                     .err_is_terminal = terminal_,
                                                     .now_ms = [] { return kNow; },
                                                     .temp_directory = directory_.path(),
                                                     .pace = pace_});
  }

  static constexpr std::int64_t kNow = 1'751'371'380'000;

  TempDir directory_;
  FakeApi api_;
  FakeApiServer server_;
  std::string in_;         // what stands on standard input
  bool terminal_ = false;  // standard input and standard error are one
  std::shared_ptr<FakePace> pace_ = std::make_shared<FakePace>();
  std::ostringstream out_;
  std::ostringstream err_;
};

}  // namespace dkimkeeper

#endif  // TESTS_UNIT_CLIENT_CLI_RUN_FIXTURE_H_
