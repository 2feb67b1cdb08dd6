// A disk that is full at a write: STORAGE_FULL, nothing lost, and all well again once there is
// room. In child processes: a limit on file sizes and a file system of half a megabyte are theirs
// alone.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

#include "proto/reason.h"
#include "server/store/sql_store.h"
#include "tests/fakes/sample_keys.h"
#include "tests/fakes/temp_dir.h"
#include "tests/unit/server/store/forked.h"

namespace dkimkeeper {
namespace {

namespace fs = std::filesystem;
using sample::KeyOf;
using sample::Minute;

Key LargeKey(std::uint64_t number) {
  Key key = KeyOf("example.com", "s" + std::to_string(number));
  key.override_reason = std::string(8'000, 'x');
  return key;
}

// Commits until the store refuses, and expects it to refuse as it should. The last generation.
std::uint64_t CommitUntilFull(KeyStore& store) {
  constexpr int kMany = 10'000;  // 80 MB: more than any limit set here
  for (int i = 0; i < kMany; ++i) {
    const std::uint64_t generation = store.Generation().value_or(0);
    const auto next = store.Commit(generation, {PutKey{LargeKey(generation + 1)}}, {}, Minute(0));
    if (next) continue;
    EXPECT_EQ(next.error().code, Code::kResourceExhausted) << next.error().message;
    EXPECT_EQ(next.error().reason, reason::kStorageFull);
    return generation;
  }
  ADD_FAILURE() << "the disk never filled up";
  return 0;
}

void ExpectHolds(KeyStore& store, std::uint64_t generation) {
  const auto contents = store.Load();
  ASSERT_TRUE(contents) << contents.error().message;
  EXPECT_EQ(contents->generation, generation);
  EXPECT_EQ(contents->keys.size(), generation);
  for (const auto& [name, key] : contents->keys) {
    EXPECT_EQ(key->override_reason.size(), 8'000U) << name.second.str();
  }
}

// The limit is one that the process may lift again.
void LimitFileSize(rlim_t bytes) {
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &limit), 0);
  limit.rlim_cur = std::min(bytes, limit.rlim_max);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
}

void FillUpToALimit(const fs::path& file, const ForkedChild::Report& report) {
  static_cast<void>(
      std::signal(SIGXFSZ, SIG_IGN));  // as dkimkeeperd does: then write(2) fails with EFBIG
  const auto store = OpenSqlStore({.file = file});
  ASSERT_TRUE(store) << store.error().message;
  LimitFileSize(400'000);
  const std::uint64_t generation = CommitUntilFull(**store);
  ASSERT_GT(generation, 2U);
  ExpectHolds(**store, generation);
  EXPECT_EQ(CommitUntilFull(**store), generation);  // still full, still whole

  LimitFileSize(RLIM_INFINITY);
  const auto next = (*store)->Commit(generation, {PutKey{LargeKey(generation + 1)}}, {}, Minute(0));
  ASSERT_TRUE(next) << next.error().message;
  report(*next);
}

TEST(SqlStoreFullDisk, RefusedWriteLosesNothingAndHealsByItself) {
  const TempDir dir;
  const auto file = dir.path() / "keeper.db";
  ForkedChild child([&file](const auto& report) { FillUpToALimit(file, report); });
  const auto last = child.Next();
  EXPECT_EQ(child.Wait(), 0);
  ASSERT_TRUE(last);
  const auto store = OpenSqlStore({.file = file});
  ASSERT_TRUE(store) << store.error().message;
  ExpectHolds(**store, *last);
}

bool WriteText(const char* file, const std::string& text) {
  const int descriptor = ::open(file, O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const ssize_t written = ::write(descriptor, text.data(), text.size());
  ::close(descriptor);
  return written == static_cast<ssize_t>(text.size());
}

// Mounts half a megabyte of memory on `folder`, for this process only. False where the machine
// does not allow it: it needs user namespaces (user_namespaces(7)).
bool MountTinyDisk(const fs::path& folder) {
  const std::string uid = std::to_string(::getuid());
  const std::string gid = std::to_string(::getgid());
  return ::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 && WriteText("/proc/self/setgroups", "deny") &&
         WriteText("/proc/self/uid_map", "0 " + uid + " 1") &&
         WriteText("/proc/self/gid_map", "0 " + gid + " 1") &&
         ::mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=512k") == 0;
}

void FillATinyDisk(const fs::path& folder) {
  if (!MountTinyDisk(folder)) ::_exit(ForkedChild::kNotPossible);
  const auto file = folder / "keeper.db";
  const auto ballast = folder / "ballast";
  ASSERT_TRUE(OpenSqlStore({.file = file}));
  ASSERT_TRUE(WriteText((std::ofstream(ballast), ballast.c_str()), std::string(64'000, 'x')));
  std::uint64_t generation = 0;
  {
    const auto store = OpenSqlStore({.file = file});
    ASSERT_TRUE(store) << store.error().message;
    generation = CommitUntilFull(**store);
    ASSERT_GT(generation, 2U);
    ExpectHolds(**store, generation);
    fs::remove(ballast);
    const auto next =
        (*store)->Commit(generation, {PutKey{LargeKey(generation + 1)}}, {}, Minute(0));
    ASSERT_TRUE(next) << next.error().message;
    generation = *next;
  }
  const auto store = OpenSqlStore({.file = file});
  ASSERT_TRUE(store) << store.error().message;
  ExpectHolds(**store, generation);
}

TEST(SqlStoreFullDisk, RealFileSystemWithoutRoomLosesNothingAndHealsByItself) {
  const TempDir dir;
  ForkedChild child([&dir](const auto&) { FillATinyDisk(dir.path()); });
  const int status = child.Wait();
  if (status == ForkedChild::kNotPossible) GTEST_SKIP() << "no user namespaces here";
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace dkimkeeper
