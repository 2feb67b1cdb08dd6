#include "tests/fakes/postgresql_server.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <utility>

namespace dkimkeeper {
namespace {

namespace fs = std::filesystem;

// Debian keeps the server's programs out of PATH, in a folder for each version.
std::string FindPrograms() {
  std::error_code none;
  for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", none)) {
    const fs::path folder = version.path() / "bin";
    if (fs::exists(folder / "initdb", none)) return folder.string();
  }
  return "";
}

// The server refuses to run as root.
ProgramResult RunAsServer(std::vector<std::string> arguments) {
  if (::getuid() == 0) {
    arguments.insert(arguments.begin(), {"runuser", "-u", "postgres", "--"});
  }
  return RunProgram(arguments);
}

}  // namespace

PostgresqlServer* PostgresqlServer::Shared() {
  static const std::unique_ptr<PostgresqlServer> kShared = [] {
    std::unique_ptr<PostgresqlServer> server(new PostgresqlServer);
    if (!server->Init()) server.reset();
    return server;
  }();
  return kShared.get();
}

bool PostgresqlServer::Init() {
  programs_ = FindPrograms();
  const std::string folder = dir_.path().string();
  if (programs_.empty()) return false;
  if (::getuid() == 0 && RunProgram({"chown", "postgres:", folder}).exit_status != 0) return false;
  const auto made =
      RunAsServer({programs_ + "/initdb", "-D", folder + "/data", "-A", "trust", "-U", "postgres",
                   "--no-sync", "--no-instructions", "-E", "UTF8", "--locale=C"});
  if (made.exit_status != 0) return false;
  std::ofstream(folder + "/data/pg_hba.conf")
      << "local all " << kPasswordUser << " scram-sha-256\nlocal all all trust\n";
  Start();
  return running_;
}

PostgresqlServer::~PostgresqlServer() {
  if (running_) Stop();
}

void PostgresqlServer::Must(std::vector<std::string> arguments) const {
  const auto done = RunAsServer(std::move(arguments));
  EXPECT_EQ(done.exit_status, 0) << done.output;
}

void PostgresqlServer::Start() {
  const std::string folder = dir_.path().string();
  // Nothing needs to outlive the machine.
  const std::string options = "-k " + folder +
                              " -c listen_addresses= -c fsync=off -c full_page_writes=off"
                              " -c shared_buffers=16MB -c max_connections=40";
  Must({programs_ + "/pg_ctl", "start", "-w", "-s", "-D", folder + "/data", "-o", options, "-l",
        folder + "/log"});
  running_ = true;
}

void PostgresqlServer::Stop() {
  Must({programs_ + "/pg_ctl", "stop", "-w", "-s", "-m", "immediate", "-D",
        dir_.path().string() + "/data"});
  running_ = false;
}

std::string PostgresqlServer::NewDatabase() {
  const std::string to = "host=" + dir_.path().string() + " user=postgres dbname=";
  const std::string name = "test" + std::to_string(++databases_);
  Run(to + "postgres", "CREATE DATABASE " + name);
  return to + name;
}

ProgramResult PostgresqlServer::TryRun(const std::string& connection,
                                       const std::string& sql) const {
  return RunProgram({programs_ + "/psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d",
                     connection, "-c", sql});
}

std::string PostgresqlServer::Run(const std::string& connection, const std::string& sql) const {
  const auto done = TryRun(connection, sql);
  EXPECT_EQ(done.exit_status, 0) << sql << ": " << done.output;
  std::string output = done.output;
  while (output.ends_with('\n')) output.pop_back();
  return output;
}

}  // namespace dkimkeeper
