#include "client/agent/config/accounts.h"

#include <grp.h>
#include <pwd.h>

#include <cerrno>
#include <charconv>
#include <vector>

namespace dkimkeeper {
namespace {

constexpr std::size_t kFirstGuess = 4096;
constexpr std::size_t kLargest = std::size_t{1} << 24;  // a group may have many members

// `look` is getpwnam_r or getgrnam_r. Errors of the directory count as no such account: it gets no
// right.
template <typename Entry, typename Look>
bool LookUp(Look look, const std::string& name, Entry& entry, std::vector<char>& buffer) {
  for (buffer.resize(kFirstGuess); buffer.size() <= kLargest; buffer.resize(buffer.size() * 2)) {
    Entry* found = nullptr;
    const int error = look(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (error != ERANGE) return error == 0 && found != nullptr;
  }
  return false;
}

// The greatest number stands for none (chown(2)).
template <typename Id>
std::optional<Id> NumberIn(const std::string& text) {
  Id number{};
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, number);
  if (error != std::errc() || end != last || number == static_cast<Id>(-1)) return std::nullopt;
  return number;
}

std::optional<uid_t> UserNumber(const std::string& name) {
  passwd entry{};
  std::vector<char> buffer;
  if (LookUp(::getpwnam_r, name, entry, buffer)) return entry.pw_uid;
  return NumberIn<uid_t>(name);
}

std::optional<gid_t> GroupNumber(const std::string& name) {
  ::group entry{};
  std::vector<char> buffer;
  if (LookUp(::getgrnam_r, name, entry, buffer)) return entry.gr_gid;
  return NumberIn<gid_t>(name);
}

}  // namespace

Accounts HostAccounts() { return {.user = UserNumber, .group = GroupNumber}; }

}  // namespace dkimkeeper
