#include "server/dns/ldns_message.h"

#include <ldns/ldns.h>

#include <cstdlib>
#include <memory>

#include "proto/dkim/ascii.h"
#include "server/dns/dns_name.h"

namespace dkimkeeper {
namespace {

constexpr std::uint16_t kUdpOctets = 1232;  // what passes without fragments nearly everywhere
constexpr std::uint32_t kMaxTtl = 0x7FFFFFFF;

struct Free {
  void operator()(ldns_pkt* packet) const { ldns_pkt_free(packet); }
  void operator()(void* memory) const { std::free(memory); }
};
using Packet = std::unique_ptr<ldns_pkt, Free>;

tl::unexpected<DnsFailure> Nonsense(std::string detail) {
  return tl::unexpected(DnsFailure{DnsFault::kNonsense, std::move(detail)});
}

// As ldns prints it: the presentation form.
std::string Text(const ldns_rdf* field) {
  const std::unique_ptr<char, Free> text(ldns_rdf2str(field));
  return text == nullptr ? std::string() : std::string(text.get());
}

// RFC 2181 §8: one with the highest bit set is taken for zero.
std::chrono::seconds Seconds(std::uint32_t ttl) {
  return std::chrono::seconds(ttl > kMaxTtl ? 0 : ttl);
}

std::vector<std::string> CharacterStrings(const ldns_rr* record) {
  std::vector<std::string> strings;
  for (std::size_t i = 0; i < ldns_rr_rd_count(record); ++i) {
    const ldns_rdf* field = ldns_rr_rdf(record, i);
    if (field == nullptr || ldns_rdf_size(field) == 0) continue;
    const auto* data = reinterpret_cast<const char*>(ldns_rdf_data(field));
    strings.emplace_back(data + 1, ldns_rdf_size(field) - 1);  // the first octet is the length
  }
  return strings;
}

// False where the record has not the fields of its type.
bool ReadFields(const ldns_rr* from, DnsRecord& record) {
  constexpr std::size_t kSoaFields = 7;
  if (record.type == DnsType::kTxt) {
    record.strings = CharacterStrings(from);
    return true;
  }
  if (record.type == DnsType::kSoa) {
    if (ldns_rr_rd_count(from) != kSoaFields) return false;
    record.minimum = Seconds(ldns_rdf2native_int32(ldns_rr_rdf(from, kSoaFields - 1)));
    return true;
  }
  if (ldns_rr_rd_count(from) != 1) return false;
  record.target = NormalName(Text(ldns_rr_rdf(from, 0)));
  return true;
}

bool IsKnown(ldns_rr_type type) {
  return type == LDNS_RR_TYPE_A || type == LDNS_RR_TYPE_NS || type == LDNS_RR_TYPE_CNAME ||
         type == LDNS_RR_TYPE_SOA || type == LDNS_RR_TYPE_TXT || type == LDNS_RR_TYPE_AAAA;
}

// False where a record is broken; those of other types are only counted if they are signatures.
bool ReadSection(const ldns_rr_list* section, std::vector<DnsRecord>& records,
                 bool& has_signatures) {
  for (std::size_t i = 0; i < ldns_rr_list_rr_count(section); ++i) {
    const ldns_rr* from = ldns_rr_list_rr(section, i);
    const ldns_rr_type type = ldns_rr_get_type(from);
    if (type == LDNS_RR_TYPE_RRSIG) has_signatures = true;
    if (ldns_rr_get_class(from) != LDNS_RR_CLASS_IN || !IsKnown(type)) continue;
    DnsRecord record{.owner = NormalName(Text(ldns_rr_owner(from))),
                     .type = static_cast<DnsType>(type),
                     .ttl = Seconds(ldns_rr_ttl(from))};
    if (!ReadFields(from, record)) return false;
    records.push_back(std::move(record));
  }
  return true;
}

std::string SpelledName(std::string_view name) {
  return std::string(name.ends_with('.') ? name.substr(0, name.size() - 1) : name);
}

// What keeps `packet` from being an answer to `query`; empty: it is one.
std::string Mismatch(const ldns_pkt* packet, const DnsQuery& query, NameCase compare) {
  if (ldns_pkt_id(packet) != query.id) return "sent an answer with another id";
  if (!ldns_pkt_qr(packet)) return "sent a question instead of an answer";
  if (ldns_pkt_get_opcode(packet) != LDNS_PACKET_QUERY) return "sent an answer to no query";
  const ldns_rr_list* questions = ldns_pkt_question(packet);
  if (ldns_rr_list_rr_count(questions) != 1) return "sent an answer without the question";
  const ldns_rr* question = ldns_rr_list_rr(questions, 0);
  const std::string name = SpelledName(Text(ldns_rr_owner(question)));
  const bool same_name = compare == NameCase::kExact
                             ? name == query.question.name
                             : EqualsIgnoringAsciiCase(name, query.question.name);
  if (!same_name || ldns_rr_get_class(question) != LDNS_RR_CLASS_IN ||
      ldns_rr_get_type(question) != static_cast<ldns_rr_type>(query.question.type)) {
    return "sent an answer to another question";
  }
  return {};
}

}  // namespace

std::optional<std::string> EncodeQuery(const DnsQuery& query) {
  ldns_rdf* name = ldns_dname_new_frm_str(query.question.name.c_str());
  if (name == nullptr) return std::nullopt;
  const auto flags = static_cast<std::uint16_t>(query.question.recurse ? LDNS_RD : 0);
  const Packet packet(ldns_pkt_query_new(name, static_cast<ldns_rr_type>(query.question.type),
                                         LDNS_RR_CLASS_IN, flags));
  if (packet == nullptr) {
    ldns_rdf_deep_free(name);
    return std::nullopt;
  }
  ldns_pkt_set_id(packet.get(), query.id);
  ldns_pkt_set_edns_udp_size(packet.get(), kUdpOctets);
  ldns_pkt_set_edns_do(packet.get(), true);
  std::uint8_t* octets = nullptr;
  std::size_t size = 0;
  if (ldns_pkt2wire(&octets, packet.get(), &size) != LDNS_STATUS_OK) return std::nullopt;
  const std::unique_ptr<std::uint8_t, Free> owned(octets);
  return std::string(reinterpret_cast<const char*>(octets), size);
}

DnsReply DecodeAnswer(std::string_view octets, const DnsQuery& query, NameCase compare) {
  ldns_pkt* decoded = nullptr;
  const auto* data = reinterpret_cast<const std::uint8_t*>(octets.data());
  if (ldns_wire2pkt(&decoded, data, octets.size()) != LDNS_STATUS_OK) {
    return Nonsense("sent what is no DNS message");
  }
  const Packet packet(decoded);
  if (auto mismatch = Mismatch(decoded, query, compare); !mismatch.empty()) {
    return Nonsense(std::move(mismatch));
  }
  const unsigned extended = ldns_pkt_edns(decoded) ? ldns_pkt_edns_extended_rcode(decoded) : 0U;
  DnsAnswer answer{.rcode = extended << 4U | static_cast<unsigned>(ldns_pkt_get_rcode(decoded)),
                   .authoritative = ldns_pkt_aa(decoded),
                   .truncated = ldns_pkt_tc(decoded),
                   .recursion_available = ldns_pkt_ra(decoded),
                   .authenticated = ldns_pkt_ad(decoded)};
  if (!ReadSection(ldns_pkt_answer(decoded), answer.answer, answer.has_signatures) ||
      !ReadSection(ldns_pkt_authority(decoded), answer.authority, answer.has_signatures)) {
    return Nonsense("sent a record that has not the fields of its type");
  }
  return answer;
}

}  // namespace dkimkeeper
