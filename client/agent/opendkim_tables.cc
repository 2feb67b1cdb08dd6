#include "client/agent/opendkim_tables.h"

#include <algorithm>
#include <set>
#include <utility>

namespace dkimkeeper {
namespace {

constexpr const char* kHead =
    "# Written by dkimkeeper-agent at each change of keys: changes here are lost.\n";

// In the KeyTable; stays through rotations.
std::string NameOf(const Domain& domain, const Sender& sender) {
  return sender == Sender::Default() ? domain.str() : domain.str() + "/" + sender.str();
}

}  // namespace

std::string ReferenceFileName(const Domain& domain, const Selector& selector) {
  return selector.str() + "._domainkey." + domain.str() + std::string(kReferenceSuffix);
}

OpenDkimTables TablesFor(const SigningKeys& keys, Algorithm algorithm,
                         const std::vector<OpenDkimAuthors>& authors,
                         const std::string& reference_folder) {
  OpenDkimTables tables{kHead, kHead, {}};
  std::set<std::string> names;
  std::string everybody_else;
  for (const SigningKey& each : keys.keys) {  // several of a line: the first decides
    const std::string name = NameOf(each.domain, each.sender);
    if (each.algorithm != algorithm || names.contains(name)) continue;
    for (const SigningKey& key : keys.For(each.domain, each.sender)) {
      if (key.algorithm != algorithm) continue;
      names.insert(name);
      const std::string file = ReferenceFileName(key.domain, key.selector);
      tables.key_table.append(name).append(" ").append(key.domain.str()).append(":");
      tables.key_table.append(key.selector.str()).append(":").append(reference_folder);
      tables.key_table.append("/").append(file).append("\n");
      tables.named.push_back(key);
      break;
    }
    if (each.sender == Sender::Default()) {
      everybody_else.append("*@").append(each.domain.str()).append(" ").append(name).append("\n");
    }
  }
  for (const OpenDkimAuthors& each : authors) {
    const std::string name = NameOf(each.domain, each.sender);
    if (!names.contains(name)) continue;
    tables.signing_table.append(each.pattern).append(" ").append(name).append("\n");
  }
  tables.signing_table += everybody_else;
  return tables;
}

}  // namespace dkimkeeper
