#include "hsm/launcher/account.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <optional>
#include <system_error>

#include "proto/reason.h"

namespace dkimkeeper::launcher {
namespace {

constexpr std::size_t kMaxEntry = std::size_t{64} * 1024;
constexpr int kMostGroups = 256;

std::optional<uid_t> Number(const std::string& text) {
  uid_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

tl::unexpected<Error> Refused(const std::string& what) {
  return Fail(Code::kInternal, reason::kInternal,
              "the kernel refused to " + what + ": " + std::generic_category().message(errno) +
                  "; start it as root, with CAP_SETUID and CAP_SETGID");
}

bool IsNobodyElse(const Account& account) {
  std::array<uid_t, 3> users{};
  std::array<gid_t, 3> groups{};
  if (::getresuid(&users[0], &users[1], &users[2]) != 0) return false;
  if (::getresgid(&groups[0], &groups[1], &groups[2]) != 0) return false;
  for (const uid_t user : users) {
    if (user != account.uid) return false;
  }
  for (const gid_t group : groups) {
    if (group != account.gid) return false;
  }
  return ::setuid(0) != 0;
}

}  // namespace

Result<Account> FindAccount(const std::string& name_or_number) {
  std::vector<char> storage(kMaxEntry);
  passwd entry{};
  passwd* found = nullptr;
  const auto number = Number(name_or_number);
  if (number) {
    (void)::getpwuid_r(*number, &entry, storage.data(), storage.size(), &found);
  } else {
    (void)::getpwnam_r(name_or_number.c_str(), &entry, storage.data(), storage.size(), &found);
  }
  if (found == nullptr) {
    return Fail(Code::kInvalidArgument, reason::kBadConfig,
                "this host has no account \"" + name_or_number +
                    "\"; make it (systemd-sysusers, adduser --system), or name another");
  }
  if (found->pw_uid == 0) {
    return Fail(Code::kInvalidArgument, reason::kBadConfig,
                "the account \"" + name_or_number + "\" is root's; name one without its rights");
  }
  Account account{.uid = found->pw_uid, .gid = found->pw_gid, .groups = {}};
  account.groups.resize(kMostGroups);
  int count = kMostGroups;
  if (::getgrouplist(found->pw_name, account.gid, account.groups.data(), &count) < 0) {
    return Fail(Code::kInvalidArgument, reason::kBadConfig,
                "the account \"" + name_or_number + "\" is in more than " +
                    std::to_string(kMostGroups) + " groups; name another");
  }
  account.groups.resize(static_cast<std::size_t>(count));
  return account;
}

Outcome BecomeAccount(const Account& account) {
  if (::setgroups(account.groups.size(), account.groups.data()) != 0) {
    return Refused("set the groups (setgroups)");
  }
  if (::setresgid(account.gid, account.gid, account.gid) != 0) {
    return Refused("set the group (setresgid)");
  }
  if (::setresuid(account.uid, account.uid, account.uid) != 0) {
    return Refused("set the user (setresuid)");
  }
  if (!IsNobodyElse(account)) return Refused("give up root for good");
  return {};
}

}  // namespace dkimkeeper::launcher
