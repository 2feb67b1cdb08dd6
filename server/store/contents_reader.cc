#include "server/store/contents_reader.h"

#include "server/store/key_rows.h"
#include "server/store/rows.h"
#include "server/store/statements.h"
#include "server/store/tables.h"

namespace dkimkeeper {
namespace {

// Reads all of `table`: each row through `read`, what it gives through `take`, which answers
// whether it fits what was read before; where it does not, `column` is to blame.
template <typename T, typename Take>
Outcome ReadTable(soci::session& session, const Table& table, Result<T> (*read)(RowReader&),
                  std::string_view column, const Take& take) {
  return ForEach(session, table, {}, [&](RowReader& row) -> Outcome {
    auto value = read(row);
    if (!value) return Forward(value);
    if (take(*std::move(value))) return {};
    row.MarkDamaged(column);
    return tl::unexpected<Error>(*row.damage());
  });
}

using Domains = std::map<Domain, DomainEntry>;

Outcome ReadSenders(soci::session& session, Domains& domains) {
  return ReadTable(session, tables::kSenders, ReadSender, "domain", [&](SenderRow row) {
    const auto owner = domains.find(row.domain);
    if (owner == domains.end()) return false;
    DomainEntry& entry = owner->second;
    if (!row.placement.token.empty()) {
      entry.sender_placements.emplace(row.sender, std::move(row.placement));
    }
    if (row.removing_at) entry.removing_senders.emplace(row.sender, *row.removing_at);
    return entry.senders.insert(std::move(row.sender)).second;
  });
}

Outcome ReadSettings(soci::session& session, Domains& domains) {
  return ReadTable(session, tables::kSettings, ReadSetting, "domain", [&](SettingRow row) {
    const auto owner = domains.find(row.domain);
    if (owner == domains.end()) return false;
    DomainEntry& entry = owner->second;
    PolicySettings& settings = row.sender ? entry.sender_policies[*row.sender] : entry.policy;
    return settings.insert(std::move(row.setting)).second;
  });
}

Outcome ReadDomains(soci::session& session, Contents& contents) {
  Domains domains;
  const auto take = [&](DomainEntry entry) {
    const Domain domain = entry.domain;
    return domains.emplace(domain, std::move(entry)).second;
  };
  if (auto read = ReadTable(session, tables::kDomains, ReadDomain, "domain", take); !read) {
    return read;
  }
  if (auto read = ReadSenders(session, domains); !read) return read;
  if (auto read = ReadSettings(session, domains); !read) return read;
  contents.domains = std::move(domains);
  return {};
}

// Not yet const: what they lack comes second.
template <typename Name>
using ReadKeysOf = std::map<Name, std::shared_ptr<Key>>;

Outcome ReadKeys(soci::session& session, Contents& contents) {
  ReadKeysOf<KeyName> keys;
  const auto take_key = [&](Key key) {
    KeyName name{key.domain, key.selector};
    return keys.emplace(std::move(name), std::make_shared<Key>(std::move(key))).second;
  };
  if (auto read = ReadTable(session, tables::kKeys, ReadKey, "selector", take_key); !read) {
    return read;
  }
  const auto take_lack = [&](LackRow row) {
    const auto owner = keys.find(row.key);
    if (owner == keys.end()) return false;
    owner->second->lacks.push_back(std::move(row.attribute));
    return true;
  };
  if (auto read = ReadTable(session, tables::kKeyLacks, ReadLack, "selector", take_lack); !read) {
    return read;
  }
  contents.keys = std::map<KeyName, std::shared_ptr<const Key>>(keys.begin(), keys.end());
  return {};
}

Outcome ReadFormerKeys(soci::session& session, Contents& contents) {
  using FormerName = std::pair<KeyName, KeyId>;
  ReadKeysOf<FormerName> keys;
  const auto take_key = [&](Key key) {
    FormerName name{{key.domain, key.selector}, key.id};
    return keys.emplace(std::move(name), std::make_shared<Key>(std::move(key))).second;
  };
  if (auto read = ReadTable(session, tables::kFormerKeys, ReadKey, "key_id", take_key); !read) {
    return read;
  }
  const auto take_lack = [&](FormerLackRow row) {
    const auto owner = keys.find({row.key, row.id});
    if (owner == keys.end()) return false;
    owner->second->lacks.push_back(std::move(row.attribute));
    return true;
  };
  if (auto read = ReadTable(session, tables::kFormerKeyLacks, ReadFormerLack, "key_id", take_lack);
      !read) {
    return read;
  }
  for (auto& [name, key] : keys) contents.former_keys.emplace(name.first, std::move(key));
  return {};
}

Outcome ReadTokens(soci::session& session, Contents& contents) {
  return ReadTable(session, tables::kTokens, ReadToken, "name", [&](TokenRecord record) {
    std::string name = record.name;
    return contents.tokens.emplace(std::move(name), std::move(record)).second;
  });
}

Outcome ReadGrants(soci::session& session, Contents& contents) {
  return ReadTable(session, tables::kGrants, ReadGrant, "identity", [&](LimitedGrant limited) {
    if (limited.limits.any()) contents.grant_limits.insert({limited.grant, limited.limits});
    return contents.grants.insert(std::move(limited.grant));
  });
}

Outcome ReadGroups(soci::session& session, Contents& contents) {
  return ReadTable(session, tables::kGroupMembers, ReadMembership, "member",
                   [&](Membership each) { return contents.group_members.insert(std::move(each)); });
}

Outcome ReadReservedSelectors(soci::session& session, Contents& contents) {
  return ReadTable(
      session, tables::kReservedSelectors, ReadReserved, "selector",
      [&](KeyName name) { return contents.reserved_selectors.insert(std::move(name)).second; });
}

Outcome ReadWaits(soci::session& session, Contents& contents) {
  return ReadTable(session, tables::kWaits, ReadWaitsFrom, "waits_from",
                   [&](std::optional<Timestamp> waits_from) {
                     contents.waits_from = waits_from;
                     return true;
                   });
}

}  // namespace

Result<Contents> ReadContents(soci::session& session) {
  Contents contents;
  for (const auto read : {ReadDomains, ReadKeys, ReadFormerKeys, ReadTokens, ReadGrants, ReadGroups,
                          ReadReservedSelectors, ReadWaits}) {
    if (auto done = read(session, contents); !done) return Forward(done);
  }
  return contents;
}

}  // namespace dkimkeeper
