#include "server/dns/server_look_up.h"

#include <algorithm>
#include <iterator>

#include "server/dns/answer_reading.h"
#include "server/dns/dns_name.h"

namespace dkimkeeper {
namespace {

constexpr const char* kOverUdp = "over UDP only: it refuses TCP";

void AddClause(std::string& text, const std::string& clause) {
  if (!text.empty() && !clause.empty()) text += "; ";
  text += clause;
}

void AddDetail(ServerAnswer& answer, const std::string& detail) {
  AddClause(answer.detail, detail);
}

void Judge(const AnswerReading& reading, const RecordQuestion& question, ServerLookUp& look_up) {
  Judgement judgement = JudgeRecords(reading.records, question.wish, question.public_key);
  look_up.answer.finding = judgement.finding;
  AddDetail(look_up.answer, judgement.detail);
  look_up.answer.value = std::move(judgement.value);
  look_up.key = std::move(judgement.key);
}

// One address of an authoritative server, asked again for each CNAME that stays in its zone.
class Visit {
 public:
  Visit(Inquiry& inquiry, const ServerAddress& address, std::string_view zone,
        const RecordQuestion& question)
      : inquiry_(inquiry), zone_(zone), question_(question) {
    look_up_.address = address;
    look_up_.answer.address = address.str();
  }

  ServerLookUp Make(std::string name, std::vector<std::string> path) {
    for (;;) {
      path.push_back(name);
      const auto reading = Ask(name);
      if (!reading) return look_up_;
      look_up_.answer.ttl = std::max(look_up_.answer.ttl, reading->ttl);
      if (reading->kind != ReadingKind::kCname) {
        Conclude(*reading, name);
        return look_up_;
      }
      name = reading->target;
      look_up_.answer.target = name;
      if (Circles(path, name)) return look_up_;
      if (!IsNameAtOrBelow(name, zone_)) {
        look_up_.answer.finding = RecordFinding::kAsWished;
        AddDetail(look_up_.answer, "CNAME to " + name);
        look_up_.onward = Onward{.name = name};
        return look_up_;
      }
    }
  }

 private:
  // Nothing where there is no answer: the look-up says so.
  std::optional<AnswerReading> Ask(const std::string& name) {
    bool over_udp = false;
    const auto reply = inquiry_.Ask(*look_up_.address, {.name = name}, question_.udp, over_udp);
    if (!reply) {
      look_up_.answer.finding = RecordFinding::kNoAnswer;
      look_up_.answer.detail = reply.error().detail;
      return std::nullopt;
    }
    if (over_udp) look_up_.answer.detail = kOverUdp;
    look_up_.has_signatures = look_up_.has_signatures || reply->has_signatures;
    return ReadAuthoritative(*reply, name, zone_);
  }

  bool Circles(const std::vector<std::string>& path, const std::string& target) {
    const bool circle = std::find(path.begin(), path.end(), target) != path.end();
    if (!circle && path.size() <= kMaxCnames) return false;
    look_up_.answer.finding = RecordFinding::kLoop;
    AddDetail(look_up_.answer, circle ? "its CNAMEs lead back to " + target
                                      : "more than " + std::to_string(kMaxCnames) + " CNAMEs");
    return true;
  }

  void Conclude(const AnswerReading& reading, const std::string& name) {
    if (reading.kind == ReadingKind::kRecords) return Judge(reading, question_, look_up_);
    if (reading.kind == ReadingKind::kReferral) {
      look_up_.answer.finding = RecordFinding::kAsWished;
      AddDetail(look_up_.answer, "leaves " + reading.target + " to other servers");
      look_up_.onward = Onward{name, reading.target, reading.servers};
      return;
    }
    look_up_.answer.finding = RecordFinding::kRefused;
    AddDetail(look_up_.answer, reading.problem);
  }

  Inquiry& inquiry_;
  const std::string zone_;
  const RecordQuestion& question_;
  ServerLookUp look_up_;
};

bool IsWaived(const RecordQuestion& question, const std::string& server) {
  return std::any_of(question.waived.begin(), question.waived.end(),
                     [&](const std::string& name) { return NormalName(name) == server; });
}

bool IsAnswer(RecordFinding finding) {
  return finding != RecordFinding::kNoAnswer && finding != RecordFinding::kRefused;
}

std::vector<ServerAddress> Reachable(Inquiry& inquiry, const NameServer& server) {
  std::vector<ServerAddress> reachable;
  std::copy_if(server.addresses.begin(), server.addresses.end(), std::back_inserter(reachable),
               [&](const ServerAddress& address) { return inquiry.CanReach(address); });
  return reachable;
}

std::string WhyNotAsked(const NameServer& server) {
  if (server.addresses.empty()) return "has no address that the resolvers know";
  return std::string("has only ") + (server.addresses[0].is_ipv6() ? "IPv6" : "IPv4") +
         " addresses, and they are out of this host's reach";
}

}  // namespace

ServerLookUp AskServer(Inquiry& inquiry, const NameServer& server, std::string_view zone,
                       const std::string& name, const std::vector<std::string>& before,
                       const RecordQuestion& question) {
  ServerLookUp last;
  std::string others;  // what earlier addresses said
  // All of them first: a family that is skipped is said, whether or not it would have been needed.
  for (const ServerAddress& address : Reachable(inquiry, server)) {
    if (last.address) AddClause(others, last.answer.address + " " + last.answer.detail);
    last = Visit(inquiry, address, zone, question).Make(name, before);
    if (IsAnswer(last.answer.finding)) break;
  }
  if (!last.address) last.answer.detail = WhyNotAsked(server);
  AddDetail(last.answer, others);
  last.answer.server = server.name;
  last.answer.waived = IsWaived(question, server.name);
  return last;
}

ServerLookUp AskResolver(Inquiry& inquiry, const ServerAddress& resolver, const std::string& name,
                         const RecordQuestion& question) {
  ServerLookUp look_up;
  look_up.answer.server = look_up.answer.address = resolver.str();
  look_up.address = resolver;
  bool over_udp = false;
  const auto reply = inquiry.Ask(resolver, {.name = name, .recurse = true}, question.udp, over_udp);
  if (!reply) {
    look_up.answer.detail = reply.error().detail;
    return look_up;
  }
  if (over_udp) look_up.answer.detail = kOverUdp;
  look_up.has_signatures = reply->has_signatures;
  look_up.authenticated = reply->authenticated;
  const AnswerReading reading = ReadRecursive(*reply, name);
  look_up.answer.ttl = reading.ttl;
  look_up.answer.target = reading.target;
  if (reading.kind == ReadingKind::kRecords) {
    Judge(reading, question, look_up);
  } else if (reading.kind == ReadingKind::kLoop) {
    look_up.answer.finding = RecordFinding::kLoop;
    AddDetail(look_up.answer, "its CNAMEs lead in a circle, or there are too many");
  } else {
    look_up.answer.finding = RecordFinding::kRefused;
    AddDetail(look_up.answer, reading.problem);
  }
  return look_up;
}

}  // namespace dkimkeeper
