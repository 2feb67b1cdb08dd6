#include "server/rpc/check_view.h"

#include <string>

#include "proto/dkim/utf8.h"

namespace dkimkeeper {
namespace {

std::string WishName(RecordWish wish) {
  switch (wish) {
    case RecordWish::kKey:
      return "key";
    case RecordWish::kRevoked:
      return "revoked";
    case RecordWish::kAbsent:
      return "absent";
  }
  return "unknown";
}

std::string VerdictName(RecordVerdict verdict) {
  switch (verdict) {
    case RecordVerdict::kProven:
      return "proven";
    case RecordVerdict::kDiffers:
      return "differs";
    case RecordVerdict::kUnproven:
      return "unproven";
  }
  return "unknown";
}

std::string DnssecName(Dnssec dnssec) {
  switch (dnssec) {
    case Dnssec::kUnknown:
      return "unknown";
    case Dnssec::kUnsigned:
      return "unsigned";
    case Dnssec::kSigned:
      return "signed";
    case Dnssec::kValidated:
      return "validated";
  }
  return "unknown";
}

std::string AsUtf8(std::string_view octets) {
  std::string text;
  while (!octets.empty()) {
    const std::size_t size = Utf8CharacterSize(octets);
    text.append(size == 0 ? "\xef\xbf\xbd" : octets.substr(0, size));
    octets.remove_prefix(size == 0 ? 1 : size);
  }
  return text;
}

v1::ServerAnswer ToProto(const ServerAnswer& answer) {
  v1::ServerAnswer message;
  message.set_server(AsUtf8(answer.server));
  message.set_address(AsUtf8(answer.address));
  message.set_finding(std::string(RecordFindingName(answer.finding)));
  message.set_detail(AsUtf8(answer.detail));
  message.set_value(AsUtf8(answer.value));
  message.set_target(AsUtf8(answer.target));
  message.set_ttl(static_cast<std::uint32_t>(answer.ttl.count()));
  message.set_waived(answer.waived);
  return message;
}

}  // namespace

v1::RecordCheck ToProto(const RecordCheck& check) {
  v1::RecordCheck message;
  message.set_name(AsUtf8(check.name));
  message.set_zone(AsUtf8(check.zone));
  message.set_wish(WishName(check.wish));
  message.set_verdict(VerdictName(check.verdict));
  message.set_at_ms(ToMilliseconds(check.at));
  for (const ServerAnswer& answer : check.servers) *message.add_servers() = ToProto(answer);
  for (const ServerAnswer& answer : check.resolvers) *message.add_resolvers() = ToProto(answer);
  message.set_problem(AsUtf8(check.problem));
  message.set_dnssec(DnssecName(check.dnssec));
  message.set_skipped(AsUtf8(check.skipped));
  message.set_wait(static_cast<std::uint32_t>(check.wait.count()));
  message.set_proof(check.proof == ProofBy::kServers ? "servers" : "resolvers");
  return message;
}

}  // namespace dkimkeeper
