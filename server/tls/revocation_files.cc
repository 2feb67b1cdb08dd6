#include "server/tls/revocation_files.h"

#include <sys/stat.h>

#include <utility>

#include "proto/base/read_file.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

constexpr std::size_t kMaxCaBytes = std::size_t{1} << 20;
// A million revoked certificates.
constexpr std::size_t kMaxListBytes = std::size_t{64} << 20;

// Changes with every writing, replacement or change of rights of the file.
std::string StampOf(const std::string& path) {
  struct stat file{};
  if (::stat(path.c_str(), &file) != 0) return "missing";
  return std::to_string(file.st_ino) + ' ' + std::to_string(file.st_size) + ' ' +
         std::to_string(file.st_mtim.tv_sec) + '.' + std::to_string(file.st_mtim.tv_nsec) + ' ' +
         std::to_string(file.st_ctim.tv_sec) + '.' + std::to_string(file.st_ctim.tv_nsec);
}

tl::unexpected<Error> Refuse(const std::string& path, const std::string& what) {
  return Fail(Code::kFailedPrecondition, reason::kBadCertificate, path + ": " + what);
}

}  // namespace

RevocationFiles::RevocationFiles(const std::vector<std::string>& paths, std::string client_ca,
                                 PeerRules& rules, AlarmBoard& alarms, TimePoint now)
    : client_ca_(std::move(client_ca)), rules_(rules), alarms_(alarms) {
  for (const std::string& path : paths) {
    files_.push_back({.path = path});
    (void)Look(files_.back(), Patience::kNone, now);
  }
  Publish();
}

void RevocationFiles::CheckNow(TimePoint now) {
  bool changed = false;
  for (File& file : files_) {
    changed = Look(file, Patience::kOneLook, now) || changed;
    WarnOfOld(file, now);
  }
  if (changed) Publish();
}

void RevocationFiles::WarnOfOld(const File& file, TimePoint now) {
  if (file.lists == nullptr) return;
  for (const RevocationList& list : *file.lists) {
    if (now < list.next_update()) continue;
    alarms_.Raise(kCrlRefusedAlarm, file.path,
                  file.path +
                      ": has a list whose successor is overdue, so that all callers of "
                      "its authority are refused; get the new one",
                  now);
  }
}

bool RevocationFiles::Look(File& file, Patience patience, TimePoint now) {
  // A list counts for authorities that are trusted now.
  const std::string stamp = StampOf(file.path) + ' ' + StampOf(client_ca_);
  const bool again = std::exchange(file.seen, stamp) == stamp;
  if (again && file.settled) return false;
  auto lists = Read(file.path);
  file.settled = lists || again || patience == Patience::kNone;
  if (!file.settled) return false;
  if (lists) {
    file.lists = *std::move(lists);
    alarms_.Clear(kCrlRefusedAlarm, file.path, now);
  } else {
    file.lists = nullptr;
    alarms_.Raise(kCrlRefusedAlarm, file.path, lists.error().message, now);
  }
  return true;
}

Result<PeerRules::Lists> RevocationFiles::Read(const std::string& path) const {
  const auto ca = ReadFile(client_ca_, kMaxCaBytes);
  if (!ca) return Refuse(client_ca_, "cannot be read (" + ca.error().message + ")");
  const auto authorities = ParseCertificates(*ca);
  if (!authorities) return Refuse(client_ca_, authorities.error().message);
  const auto pem = ReadFile(path, kMaxListBytes);
  if (!pem) {
    return Refuse(path, "cannot be read (" + pem.error().message +
                            "); put the revocation list there, readable by the daemon");
  }
  auto lists = RevocationList::Parse(*pem, *authorities);
  if (!lists) return Refuse(path, lists.error().message);
  return std::make_shared<const std::vector<RevocationList>>(*std::move(lists));
}

void RevocationFiles::Publish() {
  auto revocation = std::make_shared<PeerRules::Revocation>();
  revocation->configured = true;
  for (const File& file : files_) {
    if (file.lists != nullptr) revocation->files.push_back(file.lists);
  }
  rules_.revocation().Publish(std::move(revocation));
}

}  // namespace dkimkeeper
