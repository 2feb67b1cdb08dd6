// Files on the disk that fail, or hang, when a test says so.
#ifndef TESTS_UNIT_SERVER_AUDIT_FAULTY_FILES_H_
#define TESTS_UNIT_SERVER_AUDIT_FAULTY_FILES_H_

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "proto/reason.h"
#include "server/audit/append_file.h"

namespace dkimkeeper {

// Thread-safe. Must outlive the files that it opened.
class FaultyFiles {
 public:
  [[nodiscard]] OpenAppendFile Opener() {
    return [this](const std::filesystem::path& path,
                  std::uint64_t keep) -> Result<std::unique_ptr<AppendFile>> {
      if (auto fault = Pass(); !fault) return Forward(fault);
      auto file = OpenOnDisk(path, keep);
      if (!file) return file;
      return std::make_unique<File>(*this, *std::move(file));
    };
  }

  // Every write from now on; "" heals.
  void Fail(std::string why) {
    const std::lock_guard lock(mutex_);
    failing_ = std::move(why);
  }
  // Writes hang until Release.
  void Hold() {
    const std::lock_guard lock(mutex_);
    holding_ = true;
  }
  void Release() {
    const std::lock_guard lock(mutex_);
    holding_ = false;
    changed_.notify_all();
  }
  void WaitUntilHeld() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return held_ > 0; });
  }
  // Writes until now, failed ones included.
  [[nodiscard]] std::size_t writes() const {
    const std::lock_guard lock(mutex_);
    return writes_;
  }

 private:
  class File final : public AppendFile {
   public:
    File(FaultyFiles& files, std::unique_ptr<AppendFile> file)
        : files_(files), file_(std::move(file)) {}
    [[nodiscard]] Outcome Append(std::string_view octets) override {
      if (auto fault = files_.Pass(); !fault) return fault;
      return file_->Append(octets);
    }
    [[nodiscard]] std::uint64_t size() const override { return file_->size(); }
    [[nodiscard]] bool InPlace() const override { return file_->InPlace(); }

   private:
    FaultyFiles& files_;
    const std::unique_ptr<AppendFile> file_;
  };

  [[nodiscard]] Outcome Pass() {
    std::unique_lock lock(mutex_);
    ++writes_;
    ++held_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !holding_; });
    --held_;
    if (failing_.empty()) return {};
    return dkimkeeper::Fail(Code::kUnavailable, reason::kAuditUnwritable, failing_);
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::string failing_;
  bool holding_ = false;
  std::size_t held_ = 0;
  std::size_t writes_ = 0;
};

}  // namespace dkimkeeper

#endif  // TESTS_UNIT_SERVER_AUDIT_FAULTY_FILES_H_
