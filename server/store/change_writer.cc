#include "server/store/change_writer.h"

#include "proto/reason.h"
#include "server/store/key_rows.h"
#include "server/store/rows.h"
#include "server/store/statements.h"
#include "server/store/tables.h"

namespace dkimkeeper {
namespace {

void PutSettings(soci::session& session, const DomainEntry& entry) {
  const std::string& domain = entry.domain.str();
  Remove(session, tables::kSettings, {domain});
  for (const auto& setting : entry.policy) {
    Put(session, RowOf(SettingRow{entry.domain, std::nullopt, setting}));
  }
  for (const auto& [sender, settings] : entry.sender_policies) {
    for (const auto& setting : settings) {
      Put(session, RowOf(SettingRow{entry.domain, sender, setting}));
    }
  }
}

// Makes the DESTROYED key a former one, whose selector `key` uses anew.
void KeepFormer(soci::session& session, const Key& key) {
  const std::string domain = key.domain.str();
  const std::string selector = key.selector.str();
  const std::string id = key.id.ToHex();
  const std::string reused =
      " WHERE k.domain = :domain AND k.selector = :selector AND k.destroyed_at IS NOT NULL"
      " AND k.key_id <> :id ON CONFLICT DO NOTHING";
  const std::string columns = ColumnsOf(tables::kFormerKeys);
  session << "INSERT INTO former_keys (" + columns + ") SELECT " + columns + " FROM keys k" +
                 reused,
      soci::use(domain), soci::use(selector), soci::use(id);
  session << "INSERT INTO former_key_lacks (domain, selector, key_id, position, attribute)"
             " SELECT k.domain, k.selector, k.key_id, l.position, l.attribute FROM keys k"
             " JOIN key_lacks l ON l.domain = k.domain AND l.selector = k.selector" +
                 reused,
      soci::use(domain), soci::use(selector), soci::use(id);
}

struct Writer {
  soci::session& session;

  Outcome operator()(const PutDomain& change) const {
    Put(session, RowOf(change.entry));
    Remove(session, tables::kSenders, {change.entry.domain.str()});
    for (const Sender& sender : change.entry.senders) {
      Put(session, RowOf(change.entry, sender));
    }
    PutSettings(session, change.entry);
    return {};
  }
  Outcome operator()(const RemoveDomain& change) const {
    // Its senders and its policy go with it.
    Remove(session, tables::kDomains, {change.domain.str()});
    const std::string domain = change.domain.str();
    session << "DELETE FROM grants WHERE domain = :domain", soci::use(domain);
    session << "DELETE FROM group_members WHERE member = :domain", soci::use(domain);
    return {};
  }
  Outcome operator()(const PutKey& change) const {
    const KeyName name{change.key.domain, change.key.selector};
    KeepFormer(session, change.key);
    Put(session, RowOf(change.key));
    Remove(session, tables::kKeyLacks, {name.first.str(), name.second.str()});
    Remove(session, tables::kReservedSelectors, {name.first.str(), name.second.str()});
    std::int64_t position = 0;
    for (const std::string& lack : change.key.lacks) Put(session, RowOf(name, position++, lack));
    return {};
  }
  Outcome operator()(const RemoveKey& change) const {  // what it lacks goes with it
    Remove(session, tables::kKeys, {change.name.first.str(), change.name.second.str()});
    return {};
  }
  Outcome operator()(const PutGrant& change) const {
    Put(session, RowOf(LimitedGrant{change.grant, change.limits}));
    return {};
  }
  Outcome operator()(const RemoveGrant& change) const {
    const Row row = RowOf(LimitedGrant{change.grant, {}});
    Remove(session, tables::kGrants,
           {*row.cells()[0], *row.cells()[1], *row.cells()[2], *row.cells()[3]});
    return {};
  }
  Outcome operator()(const PutMember& change) const {
    Put(session, RowOf(change.membership));
    return {};
  }
  Outcome operator()(const RemoveMember& change) const {
    Remove(session, tables::kGroupMembers,
           {change.membership.group.str(), change.membership.member.str()});
    return {};
  }
  Outcome operator()(const PutToken& change) const {
    Put(session, RowOf(change.record));
    return {};
  }
  Outcome operator()(const PutWaitsFrom& change) const {
    const std::int64_t at = ToMilliseconds(change.at);
    session << "UPDATE store_state SET waits_from = :at", soci::use(at);
    return {};
  }
  Outcome operator()(const ReserveSelector& change) const {
    Put(session, RowOf(change.name));
    return {};
  }
  // An update that changes nothing: the row stays locked until the commit, so that nobody takes the
  // lease between this look and that.
  Outcome operator()(const RequireLease& condition) const {
    const auto fence = static_cast<std::int64_t>(condition.fence);
    soci::statement statement =
        (session.prepare << "UPDATE lease SET fence = fence WHERE fence = :fence",
         soci::use(fence));
    statement.execute(true);
    if (statement.get_affected_rows() == 1) return {};
    return Fail(Code::kAborted, reason::kLeaseHeld,
                "another daemon has taken over the executor's lease; nothing was changed");
  }
};

}  // namespace

Outcome WriteChange(soci::session& session, const Change& change) {
  return std::visit(Writer{session}, change);
}

}  // namespace dkimkeeper
