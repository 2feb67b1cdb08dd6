#include "client/audit/log_folder.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>

#include "proto/audit/segment.h"
#include "proto/reason.h"

namespace dkimkeeper {

Result<std::vector<SegmentFile>> ListSegments(const std::filesystem::path& folder) {
  std::vector<SegmentFile> segments;
  std::error_code error;
  std::filesystem::directory_iterator entry(folder, error);
  const std::filesystem::directory_iterator end;
  for (; !error && entry != end; entry.increment(error)) {
    const auto first = ParseSegmentFileName(entry->path().filename().string());
    if (first) segments.push_back({entry->path(), *first});
  }
  if (error) {
    return Fail(Code::kInvalidArgument, reason::kBadOption,
                "cannot read the folder " + folder.string() + ": " + error.message());
  }
  std::ranges::sort(segments, {}, &SegmentFile::first);
  return segments;
}

Result<std::string> ReadWholeFile(const std::filesystem::path& path, std::uintmax_t longest) {
  std::ifstream file(path, std::ios::binary);
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (!file.is_open() || error || size > longest) {
    return Fail(Code::kInvalidArgument, reason::kBadOption,
                "cannot read " + path.string() + "; name a file that you may read");
  }
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (file.bad()) {
    return Fail(Code::kInvalidArgument, reason::kBadOption, "reading " + path.string() + " failed");
  }
  return text;
}

}  // namespace dkimkeeper
