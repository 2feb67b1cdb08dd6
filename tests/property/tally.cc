#include "tests/property/tally.h"

#include <iomanip>
#include <sstream>

namespace dkimkeeper::sim {
namespace {

constexpr std::array<std::string_view, kKinds> kNames = {
    "DNS: update reached a server late",
    "DNS: update was lost",
    "DNS: server vanished for hours or days",
    "DNS: server answered SERVFAIL",
    "DNS: server showed old data",
    "DNS: server showed another key",
    "DNS: server showed two records",
    "DNS: server showed nothing",
    "DNS: resolver failed",
    "publisher: away",
    "publisher: in doubt",
    "publisher: refused",
    "owner by hand: late",
    "owner by hand: wrong record",
    "record changed by somebody else",
    "store: commit failed before its effect",
    "store: commit failed after its effect",
    "store: daemon cut off from it",
    "token: call failed before its effect",
    "token: call failed after its effect",
    "daemon killed between steps",
    "daemon killed at an effect",
    "daemon restarted",
    "clock jumped forward",
    "clock jumped back",
    "others acted in the middle of a step",
    "lease lost to another daemon in a step",
    "operator: policy",
    "operator: pause",
    "operator: resume",
    "operator: rotate",
    "operator: rotate --compromised",
    "operator: key revoke",
    "operator: key revoke --compromised",
    "operator: token compromised",
    "operator: key generate",
    "operator: key activate --without-dns-proof",
    "operator: key retire",
    "operator: sender add",
    "operator: sender remove",
    "operator: domain add",
    "operator: domain remove",
    "mail verified at once",
    "mail verified hours or days later",
    "activations",
    "hand-overs shortened by agents",
    "destructions",
};

}  // namespace

std::string_view KindName(Kind kind) { return kNames[static_cast<std::size_t>(kind)]; }

void Tally::Add(const Tally& other) {
  for (std::size_t i = 0; i < kKinds; ++i) counts_[i] += other.counts_[i];
}

std::string Tally::Table() const {
  std::ostringstream table;
  for (std::size_t i = 0; i < kKinds; ++i) {
    table << std::setw(10) << counts_[i] << "  " << kNames[i] << '\n';
  }
  return table.str();
}

}  // namespace dkimkeeper::sim
