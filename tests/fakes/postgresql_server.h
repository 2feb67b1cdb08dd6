// A PostgreSQL server of the test's own, on a Unix socket.
#ifndef TESTS_FAKES_POSTGRESQL_SERVER_H_
#define TESTS_FAKES_POSTGRESQL_SERVER_H_

#include <memory>
#include <string>
#include <vector>

#include "tests/fakes/run_program.h"
#include "tests/fakes/temp_dir.h"

namespace dkimkeeper {

// Runs as the user postgres where the test runs as root. What cannot be done fails the test.
class PostgresqlServer {
 public:
  // One for the whole test program; null where the machine has none.
  [[nodiscard]] static PostgresqlServer* Shared();

  // The one role, not yet created, that has to show a password.
  static constexpr const char* kPasswordUser = "guarded";

  PostgresqlServer(const PostgresqlServer&) = delete;
  PostgresqlServer& operator=(const PostgresqlServer&) = delete;
  ~PostgresqlServer();

  // A new, empty database, and how libpq connects to it: the superuser, without a
  // password.
  [[nodiscard]] std::string NewDatabase();

  // Runs `sql` there as another client, and answers what it prints, without decoration.
  std::string Run(const std::string& connection, const std::string& sql) const;
  // The same where it may fail.
  [[nodiscard]] ProgramResult TryRun(const std::string& connection, const std::string& sql) const;

  // Like a crash: clients lose their connections without a word.
  void Stop();
  void Start();

 private:
  PostgresqlServer() = default;

  [[nodiscard]] bool Init();
  void Must(std::vector<std::string> arguments) const;

  TempDir dir_;
  std::string programs_;  // the folder of initdb and pg_ctl
  bool running_ = false;
  int databases_ = 0;
};

}  // namespace dkimkeeper

#endif  // TESTS_FAKES_POSTGRESQL_SERVER_H_
