#include "tests/property/world_checker.h"

#include <algorithm>

#include "tests/property/record_meaning.h"

namespace dkimkeeper::sim {
namespace {

ServerAnswer AnswerOf(std::string server, const Reply& reply, const RecordQuestion& question) {
  ServerAnswer answer{.server = std::move(server), .address = "192.0.2.53"};
  answer.waived = std::ranges::find(question.waived, answer.server) != question.waived.end();
  if (reply.kind == Reply::Kind::kSilence) return answer;
  if (reply.kind == Reply::Kind::kRefused) {
    answer.finding = RecordFinding::kRefused;
    return answer;
  }
  answer.finding = FindingOf(reply.records, question.wish, question.public_key);
  if (!reply.records.txt.empty()) answer.value = reply.records.txt.front();
  answer.ttl = reply.ttl;
  return answer;
}

bool Silent(const ServerAnswer& answer) {
  return answer.finding == RecordFinding::kNoAnswer || answer.finding == RecordFinding::kRefused;
}

// What some answers amount to; a waived server's silence does not count, unless nobody else spoke.
RecordVerdict VerdictOf(const std::vector<ServerAnswer>& answers) {
  bool any = false;
  RecordVerdict verdict = RecordVerdict::kProven;
  for (const ServerAnswer& answer : answers) {
    if (answer.finding == RecordFinding::kAsWished) {
      any = true;
    } else if (!Silent(answer)) {
      return RecordVerdict::kDiffers;
    } else if (!answer.waived || answer.finding == RecordFinding::kRefused) {
      verdict = RecordVerdict::kUnproven;
    }
  }
  return any ? verdict : RecordVerdict::kUnproven;
}

}  // namespace

void WorldChecker::AskServers(const RecordQuestion& question, RecordCheck& check) const {
  const std::size_t count = parts_.hasty ? 1 : parts_.world.ServersOf(question.domain);
  for (std::size_t server = 0; server < count; ++server) {
    check.servers.push_back(AnswerOf(DnsWorld::ServerName(question.domain, server),
                                     parts_.world.AskServer(question.domain, server, check.name),
                                     question));
    check.wait = std::max(check.wait, check.servers.back().ttl);
  }
  check.wait = std::max(check.wait, parts_.world.NegativeTtl(question.domain));
  check.verdict = VerdictOf(check.servers);
}

void WorldChecker::AskResolvers(const RecordQuestion& question, RecordCheck& check) const {
  for (std::size_t resolver = 0; resolver < DnsWorld::kOwnResolvers; ++resolver) {
    check.resolvers.push_back(
        AnswerOf("resolver" + std::to_string(resolver),
                 parts_.world.AskResolver(resolver, question.domain, check.name), question));
  }
  check.verdict = VerdictOf(check.resolvers);
}

RecordCheck WorldChecker::Check(const RecordQuestion& question, Timestamp now) {
  RecordCheck check{.at = now,
                    .name = KeyRecordName(question.selector, question.domain).value(),
                    .zone = question.domain.str(),
                    .wish = question.wish,
                    .proof = question.proof};
  if (parts_.host.Meet(true) != Fate::kFine) {
    check.problem = "this host's network is down";
    return check;
  }
  AskServers(question, check);
  if (parts_.hasty) check.wait = {};
  if (check.verdict != RecordVerdict::kProven) return check;
  if (!question.servers_only && !parts_.hasty) AskResolvers(question, check);
  if (check.verdict != RecordVerdict::kProven || question.wish != RecordWish::kKey) return check;
  check.fetched = question.public_key;
  parts_.proven(question);
  return check;
}

}  // namespace dkimkeeper::sim
