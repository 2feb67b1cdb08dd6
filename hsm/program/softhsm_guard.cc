#include "hsm/program/softhsm_guard.h"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>

namespace dkimkeeper {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFolderKey = "directories.tokendir";
// SoftHSM takes for objects only what ends in `.object`.
constexpr const char* kCopySuffix = ".keeper-copy";
constexpr const char* kNewSuffix = ".keeper-new";

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// Empty where the file names none.
fs::path TokenFolder(const fs::path& config) {
  std::ifstream file(config);
  for (std::string line; std::getline(file, line);) {
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos) continue;
    const std::string_view text = line;
    if (Trim(text.substr(0, equals)) == kFolderKey) return fs::path(Trim(text.substr(equals + 1)));
  }
  return {};
}

std::string Read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

bool WriteDurably(const fs::path& path, std::string_view text) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return false;
  const ssize_t written = write(file, text.data(), text.size());
  const bool durable = written == static_cast<ssize_t>(text.size()) && fsync(file) == 0;
  close(file);
  return durable;
}

// Whole or not at all.
void Put(const fs::path& path, std::string_view text) {
  const fs::path fresh = path.string() + kNewSuffix;
  std::error_code failed;
  if (WriteDurably(fresh, text)) fs::rename(fresh, path, failed);
  if (failed) fs::remove(fresh, failed);
}

void Guard(const fs::path& object) {
  const fs::path copy = object.string() + kCopySuffix;
  const std::string now = Read(object);
  const std::string kept = Read(copy);
  if (now.empty() && !kept.empty()) Put(object, kept);
  if (!now.empty() && now != kept) Put(copy, now);
}

}  // namespace

void GuardSoftHsmTokens(const fs::path& config) {
  const fs::path folder = TokenFolder(config);
  if (folder.empty()) return;
  std::error_code failed;
  for (const fs::directory_entry& token : fs::directory_iterator(folder, failed)) {
    const fs::path object = token.path() / "token.object";
    if (fs::is_regular_file(object, failed)) Guard(object);
  }
}

}  // namespace dkimkeeper
