#include "server/dns/ldns_update.h"

#include <ldns/ldns.h>

#include <cstdlib>
#include <memory>

#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using Rdf = std::unique_ptr<ldns_rdf, decltype(&ldns_rdf_deep_free)>;
using Rr = std::unique_ptr<ldns_rr, decltype(&ldns_rr_free)>;
using RrList = std::unique_ptr<ldns_rr_list, decltype(&ldns_rr_list_deep_free)>;
using Packet = std::unique_ptr<ldns_pkt, decltype(&ldns_pkt_free)>;

constexpr std::uint16_t kFudge = 300;  // seconds that clocks may differ (RFC 8945 §10)
constexpr std::size_t kTsigMacField = 3;
constexpr std::size_t kTsigErrorField = 5;
constexpr std::size_t kHeaderOctets = 12;

tl::unexpected<Error> Refused(std::string message) {
  return Fail(Code::kFailedPrecondition, reason::kPublishRefused, std::move(message));
}

tl::unexpected<Error> Away(std::string message) {
  return Fail(Code::kUnavailable, reason::kPublisherAway, std::move(message));
}

Rdf NameOf(const std::string& name) {
  return {ldns_dname_new_frm_str((name + ".").c_str()), ldns_rdf_deep_free};
}

Rr RrOf(const ldns_rdf& owner, ldns_rr_class rr_class, ldns_rr_type type, std::uint32_t ttl) {
  Rr rr(ldns_rr_new(), ldns_rr_free);
  ldns_rr_set_owner(rr.get(), ldns_rdf_clone(&owner));
  ldns_rr_set_class(rr.get(), rr_class);
  ldns_rr_set_type(rr.get(), type);
  ldns_rr_set_ttl(rr.get(), ttl);
  return rr;
}

Rr TxtOf(const ldns_rdf& owner, ldns_rr_class rr_class, std::uint32_t ttl,
         const TxtStrings& strings) {
  Rr rr = RrOf(owner, rr_class, LDNS_RR_TYPE_TXT, ttl);
  for (const std::string& text : strings) {
    const std::string counted = std::string(1, static_cast<char>(text.size())) + text;
    ldns_rr_push_rdf(rr.get(),
                     ldns_rdf_new_frm_data(LDNS_RDF_TYPE_STR, counted.size(), counted.data()));
  }
  return rr;
}

RrList EmptyList() { return {ldns_rr_list_new(), ldns_rr_list_deep_free}; }
void Add(const RrList& list, Rr rr) { ldns_rr_list_push_rr(list.get(), rr.release()); }

Result<SignedMessage> Sign(const Packet& packet, const TsigKey& key) {
  ldns_pkt_set_random_id(packet.get());
  const std::string name = key.name + ".";
  const std::string algorithm = key.algorithm + ".";
  const ldns_status status = ldns_pkt_tsig_sign(packet.get(), name.c_str(), key.secret.base64(),
                                                kFudge, algorithm.c_str(), nullptr);
  if (status != LDNS_STATUS_OK) {
    return Refused("the message cannot be signed with the TSIG key " + key.name + " (" +
                   ldns_get_errorstr_by_id(status) +
                   "); write its secret as base64 into its file, as the server has it");
  }
  std::uint8_t* wire = nullptr;
  std::size_t size = 0;
  if (ldns_pkt2wire(&wire, packet.get(), &size) != LDNS_STATUS_OK) {
    return Refused("the message for the name server cannot be built");
  }
  const std::unique_ptr<std::uint8_t, decltype(&std::free)> owned(wire, std::free);
  const ldns_rdf* mac = ldns_rr_rdf(ldns_pkt_tsig(packet.get()), kTsigMacField);
  // ldns speaks of octets as uint8_t.
  return SignedMessage{
      .octets = {reinterpret_cast<const char*>(wire), size},
      .mac = {reinterpret_cast<const char*>(ldns_rdf_data(mac)), ldns_rdf_size(mac)}};
}

TxtStrings StringsOf(const ldns_rr* rr) {
  TxtStrings strings;
  for (std::size_t i = 0; i < ldns_rr_rd_count(rr); ++i) {
    const ldns_rdf* rdf = ldns_rr_rdf(rr, i);
    // The first octet counts the others.
    strings.emplace_back(reinterpret_cast<const char*>(ldns_rdf_data(rdf)) + 1,
                         ldns_rdf_size(rdf) - 1);
  }
  return strings;
}

std::string TextOf(const ldns_rdf* name) {
  const std::unique_ptr<char, decltype(&std::free)> text(ldns_rdf2str(name), std::free);
  std::string without_dot = text ? text.get() : "";
  if (without_dot.ends_with('.')) without_dot.pop_back();
  return without_dot;
}

// What the answer says of `name`; CNAMEs are not followed.
StandingRecords StandingAt(const ldns_pkt* packet, const ldns_rdf* name) {
  StandingRecords standing;
  const ldns_rr_list* answer = ldns_pkt_answer(packet);
  for (std::size_t i = 0; i < ldns_rr_list_rr_count(answer); ++i) {
    const ldns_rr* rr = ldns_rr_list_rr(answer, i);
    if (ldns_dname_compare(ldns_rr_owner(rr), name) != 0) continue;
    if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_TXT) standing.txt.push_back(StringsOf(rr));
    if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_CNAME && ldns_rr_rd_count(rr) == 1) {
      standing.cname = TextOf(ldns_rr_rdf(rr, 0));
    }
  }
  return standing;
}

bool Verifies(ldns_pkt* packet, std::string_view octets, const SignedMessage& asked,
              const TsigKey& key) {
  const Rdf mac(ldns_rdf_new_frm_data(LDNS_RDF_TYPE_INT16_DATA, asked.mac.size(), asked.mac.data()),
                ldns_rdf_deep_free);
  const std::string name = key.name + ".";
  return ldns_pkt_tsig_verify(packet, reinterpret_cast<const std::uint8_t*>(octets.data()),
                              octets.size(), name.c_str(), key.secret.base64(), mac.get());
}

}  // namespace

Result<SignedMessage> TxtQuestion(const std::string& name, const TsigKey& key) {
  Rdf owner = NameOf(name);
  if (!owner) return Refused(name + " is no DNS name");
  const Packet packet(
      ldns_pkt_query_new(owner.release(), LDNS_RR_TYPE_TXT, LDNS_RR_CLASS_IN, /*flags=*/0),
      ldns_pkt_free);
  return Sign(packet, key);
}

Result<SignedMessage> UpdateMessage(const TxtUpdate& update, const TsigKey& key) {
  const Rdf name = NameOf(update.name);
  Rdf zone = NameOf(update.zone);
  if (!name || !zone) return Refused(update.name + " in " + update.zone + " is no DNS name");
  const RrList prerequisites = EmptyList();
  const RrList changes = EmptyList();
  if (update.step == ChangeStep::kCreate) {
    Add(prerequisites, RrOf(*name, LDNS_RR_CLASS_NONE, LDNS_RR_TYPE_ANY, 0));
  } else {
    Add(prerequisites, TxtOf(*name, LDNS_RR_CLASS_IN, 0, update.standing));
    Add(changes, TxtOf(*name, LDNS_RR_CLASS_NONE, 0, update.standing));
  }
  if (update.step != ChangeStep::kRemove) {
    const auto ttl = static_cast<std::uint32_t>(update.ttl.count());
    Add(changes, TxtOf(*name, LDNS_RR_CLASS_IN, ttl, update.after));
  }
  const Packet packet(ldns_update_pkt_new(zone.release(), LDNS_RR_CLASS_IN, prerequisites.get(),
                                          changes.get(), nullptr),
                      ldns_pkt_free);
  if (!packet) return Refused("the update of " + update.name + " cannot be built");
  ldns_pkt_set_rd(packet.get(), false);
  return Sign(packet, key);
}

Result<UpdateReply> ReadReply(std::string_view octets, const SignedMessage& asked,
                              const std::string& name, const TsigKey& key) {
  // The identifier, before anything is parsed.
  if (octets.size() < kHeaderOctets || octets.substr(0, 2) != asked.octets.substr(0, 2)) {
    return Away("answered something else than it was asked");
  }
  ldns_pkt* parsed = nullptr;
  const ldns_status status =
      ldns_wire2pkt(&parsed, reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size());
  const Packet packet(parsed, ldns_pkt_free);
  if (status != LDNS_STATUS_OK) return Away("sent an answer that cannot be read");
  if (!ldns_pkt_qr(parsed)) return Away("answered with a question");
  UpdateReply reply{.rcode = static_cast<unsigned>(ldns_pkt_get_rcode(parsed)),
                    .authoritative = ldns_pkt_aa(parsed)};
  const ldns_rr* tsig = ldns_pkt_tsig(parsed);
  if (tsig != nullptr && ldns_rr_rd_count(tsig) > kTsigErrorField) {
    reply.tsig_error = ldns_rdf2native_int16(ldns_rr_rdf(tsig, kTsigErrorField));
    reply.verified = Verifies(parsed, octets, asked, key);
  }
  if (const Rdf owner = NameOf(name)) reply.standing = StandingAt(parsed, owner.get());
  return reply;
}

}  // namespace dkimkeeper
