#include "server/store/contents_reader.h"

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

Outcome ReadDomains(soci::session& session, Contents& contents) {
  const auto take = [&](DomainEntry entry) {
    const Domain domain = entry.domain;
    return contents.domains.emplace(domain, std::move(entry)).second;
  };
  if (auto read = ReadTable(session, tables::kDomains, ReadDomain, "domain", take); !read) {
    return read;
  }
  return ReadTable(session, tables::kSenders, ReadSender, "domain", [&](SenderRow row) {
    const auto owner = contents.domains.find(row.domain);
    if (owner == contents.domains.end()) return false;
    if (!row.placement.token.empty()) {
      owner->second.sender_placements.emplace(row.sender, std::move(row.placement));
    }
    return owner->second.senders.insert(std::move(row.sender)).second;
  });
}

Outcome ReadKeys(soci::session& session, Contents& contents) {
  std::map<KeyName, std::shared_ptr<Key>> keys;  // not yet const: what they lack comes second
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
  contents.keys.insert(keys.begin(), keys.end());
  return {};
}

}  // namespace

Result<Contents> ReadContents(soci::session& session) {
  Contents contents;
  if (auto read = ReadDomains(session, contents); !read) return Forward(read);
  if (auto read = ReadKeys(session, contents); !read) return Forward(read);
  const auto take_token = [&](TokenRecord record) {
    std::string name = record.name;
    return contents.tokens.emplace(std::move(name), std::move(record)).second;
  };
  if (auto read = ReadTable(session, tables::kTokens, ReadToken, "name", take_token); !read) {
    return Forward(read);
  }
  const auto take = [&](Grant grant) { return contents.grants.insert(std::move(grant)).second; };
  if (auto read = ReadTable(session, tables::kGrants, ReadGrant, "identity", take); !read) {
    return Forward(read);
  }
  return contents;
}

}  // namespace dkimkeeper
