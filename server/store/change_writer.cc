#include "server/store/change_writer.h"

#include "server/store/rows.h"
#include "server/store/statements.h"
#include "server/store/tables.h"

namespace dkimkeeper {
namespace {

struct Writer {
  soci::session& session;

  void operator()(const PutDomain& change) const {
    Put(session, RowOf(change.entry));
    Remove(session, tables::kSenders, {change.entry.domain.str()});
    for (const Sender& sender : change.entry.senders) {
      Put(session, RowOf(change.entry, sender));
    }
  }
  void operator()(const RemoveDomain& change) const {
    Remove(session, tables::kDomains, {change.domain.str()});  // its senders go with it
    const std::string domain = change.domain.str();
    session << "DELETE FROM grants WHERE domain = :domain", soci::use(domain);
  }
  void operator()(const PutKey& change) const {
    const KeyName name{change.key.domain, change.key.selector};
    Put(session, RowOf(change.key));
    Remove(session, tables::kKeyLacks, {name.first.str(), name.second.str()});
    std::int64_t position = 0;
    for (const std::string& lack : change.key.lacks) Put(session, RowOf(name, position++, lack));
  }
  void operator()(const RemoveKey& change) const {  // what it lacks goes with it
    Remove(session, tables::kKeys, {change.name.first.str(), change.name.second.str()});
  }
  void operator()(const PutGrant& change) const { Put(session, RowOf(change.grant)); }
  void operator()(const RemoveGrant& change) const {
    const Row row = RowOf(change.grant);
    Remove(session, tables::kGrants,
           {*row.cells()[0], *row.cells()[1], *row.cells()[2], *row.cells()[3]});
  }
  void operator()(const PutToken& change) const { Put(session, RowOf(change.record)); }
  void operator()(const PutWaitsFrom& /*change*/) const {}
  void operator()(const RequireLease& /*condition*/) const {}
};

}  // namespace

void WriteChange(soci::session& session, const Change& change) {
  std::visit(Writer{session}, change);
}

}  // namespace dkimkeeper
