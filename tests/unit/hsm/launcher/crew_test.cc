#include "hsm/launcher/crew.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <array>
#include <fstream>
#include <string>
#include <vector>

#include "tests/fakes/temp_dir.h"

namespace dkimkeeper::launcher {
namespace {

// Holds the lock of a login, byte 0 of the shared file, for a while that ends by itself.
constexpr const char* kLogsIn = R"(
import fcntl, select, socket
daemon = socket.socket(fileno=3)
fcntl.lockf(5, fcntl.LOCK_EX, 1, 0)
daemon.send(b"begun")
select.select([], [], [], 0.1)
daemon.send(b"ended")
fcntl.lockf(5, fcntl.LOCK_UN, 1, 0)
daemon.recv(1)
)";

std::string Receive(const Descriptor& socket) {
  std::array<char, 64> packet = {};
  const ssize_t size = recv(socket.number(), packet.data(), packet.size(), 0);
  return {packet.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
}

TEST(Crew, KillsNobodyInTheMiddleOfALogin) {
  const TempDir dir;
  const std::string pin = dir.path() / "pin";
  std::ofstream(pin) << "1234";
  std::filesystem::permissions(pin, std::filesystem::perms::owner_read);
  auto memory = PinMemory::Open(dir.path() / "state");
  ASSERT_TRUE(memory);
  Crew crew({.recipes = {{.token = "main",
                          .program = "/usr/bin/python3",
                          .arguments = {"-c", kLogsIn},
                          .environment = {},
                          .pin_path = pin}},
             .account = std::nullopt,
             .tell = [](bool, std::string_view, std::string_view, std::string_view) {}},
            *std::move(memory));
  const auto worker = crew.Start(0);
  ASSERT_TRUE(worker) << worker.error().message;
  ASSERT_EQ(Receive(worker->socket), "begun");

  crew.Kill(worker->worker);
  EXPECT_TRUE(crew.KillWaiting()) << "and nobody waited for that";
  EXPECT_EQ(Receive(worker->socket), "ended");
  while (crew.KillWaiting()) {
  }
  int status = 0;
  const auto end = crew.Reaped(waitpid(-1, &status, 0), status);
  ASSERT_TRUE(end);
  EXPECT_TRUE(end->end.by_us);
}

TEST(Crew, TellsLessAndLessOfWorkersThatFailInARow) {
  const TempDir dir;
  const std::string pin = dir.path() / "pin";
  std::ofstream(pin) << "1234";
  std::filesystem::permissions(pin, std::filesystem::perms::owner_read);
  const std::string status_file = dir.path() / "status";
  auto memory = PinMemory::Open(dir.path() / "state");
  ASSERT_TRUE(memory);
  std::vector<std::string> told;
  Crew crew(
      {.recipes = {{.token = "main",
                    .program = "/bin/sh",
                    .arguments = {"-c", "read status <" + status_file + "; exit $status"},
                    .environment = {},
                    .pin_path = pin}},
       .account = std::nullopt,
       .tell =
           [&](bool trouble, std::string_view event, std::string_view, std::string_view what) {
             if (event != "worker.ended") what = "";
             told.push_back((trouble ? "! " : "") + std::string(event) + " " + std::string(what));
           }},
      *std::move(memory));
  const auto run = [&](int times, const std::string& exit_status) {
    std::ofstream(status_file) << exit_status << "\n";
    told.clear();
    for (int i = 0; i < times; ++i) {
      ASSERT_TRUE(crew.Start(0));
      int status = 0;
      ASSERT_TRUE(crew.Reaped(waitpid(-1, &status, 0), status));
    }
  };

  run(15, "4");
  const std::string failed = " exited with status 4, it could not open module or token";
  const std::string started = "worker.started ";
  const std::string ended = "! worker.ended worker ";
  EXPECT_EQ(told, std::vector({started, ended + "1" + failed,                             //
                               started, ended + "2" + failed + "; 2 such ends in a row",  //
                               started, ended + "4" + failed + "; 4 such ends in a row",  //
                               started, ended + "8" + failed + "; 8 such ends in a row"}));
  run(1, "0");
  EXPECT_EQ(told.back(), "worker.ended worker 16 exited with status 0");
  run(1, "4");
  EXPECT_EQ(told, std::vector({started, ended + "17" + failed}));
}

}  // namespace
}  // namespace dkimkeeper::launcher
