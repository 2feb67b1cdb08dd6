// A launcher of real processes, with a shell script as the workers' program.
#ifndef TESTS_INTEGRATION_LAUNCHER_FIXTURE_H_
#define TESTS_INTEGRATION_LAUNCHER_FIXTURE_H_

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cstdio>
#include <fstream>
#include <functional>
#include <string>
#include <utility>

#include "hsm/launcher/launcher_client.h"
#include "hsm/launcher/split_process.h"
#include "tests/fakes/temp_dir.h"
#include "tests/integration/launched_process.h"

namespace dkimkeeper::launcher {

// Runs until it is told to end by the end of file on its socket, or killed.
inline constexpr const char* kUntilEndOfFile = "exec cat <&3";

class LauncherTest : public testing::Test {
 protected:
  LauncherTest() { WritePin(); }

  void WritePin() {
    // A new file each time, as a careful operator replaces it.
    const std::string pin = (dir_.path() / "pin").string();
    std::ofstream(pin + ".new") << "1234";
    ASSERT_EQ(::chmod((pin + ".new").c_str(), 0600), 0);
    ASSERT_EQ(::rename((pin + ".new").c_str(), pin.c_str()), 0);
  }

  [[nodiscard]] WorkerRecipe Recipe(const std::string& script) const {
    return {.token = "main",
            .program = "/bin/sh",
            .arguments = {"-c", script},
            .environment = {"MODULE_CONF=/etc/module.conf"},
            .pin_path = (dir_.path() / "pin").string(),
            .max_workers = 2};
  }
  [[nodiscard]] SplitOptions Options(const std::string& script) const {
    return {.recipes = {Recipe(script)},
            .state = (dir_.path() / "state").string(),
            .daemon = std::nullopt,
            .workers = std::nullopt,
            .harden = [] { return Outcome(); },
            .tell = [](bool, std::string_view, std::string_view, std::string_view) {}};
  }

  // With a client of the launcher in the daemon; the launcher's exit status.
  static int RunWithClient(const SplitOptions& options,
                           const std::function<int(WorkerSource& source)>& daemon) {
    LaunchedProcess launched(options, [&](LauncherLink link, const LaunchedProcess::Report&) {
      LauncherClient client(std::move(link), options.recipes.size());
      return daemon(client.SourceOf(0));
    });
    return launched.Wait();
  }

  TempDir dir_;
};

inline std::string Received(int socket) {
  std::string packet(4096, '\0');
  const ssize_t size = ::recv(socket, packet.data(), packet.size(), 0);
  packet.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  return packet;
}

}  // namespace dkimkeeper::launcher

#endif  // TESTS_INTEGRATION_LAUNCHER_FIXTURE_H_
