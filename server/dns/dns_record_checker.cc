#include "server/dns/dns_record_checker.h"

#include <algorithm>

#include "server/dns/answer_reading.h"
#include "server/dns/chain_walk.h"
#include "server/dns/in_parallel.h"
#include "server/dns/inquiry.h"

namespace dkimkeeper {
namespace {

constexpr std::size_t kLeastResolvers = 2;  // where they alone are the proof

bool IsSilent(const ServerAnswer& answer) {
  return answer.finding == RecordFinding::kNoAnswer || answer.finding == RecordFinding::kRefused;
}

bool Differs(const ServerAnswer& answer) {
  return !IsSilent(answer) && answer.finding != RecordFinding::kAsWished;
}

bool AnyDiffers(const std::vector<ServerAnswer>& answers) {
  return std::any_of(answers.begin(), answers.end(), Differs);
}

// One check under way.
class Checking {
 public:
  Checking(DnsClient& client, const DnsOptions& options, const RecordQuestion& question,
           RecordCheck& check)
      : inquiry_(client, options), question_(question), check_(check) {}

  void Make() {
    const bool agree =
        question_.proof == ProofBy::kServers ? ServersAgree() : MayAskResolversOnly();
    const bool proven =
        agree &&
        (question_.servers_only && question_.proof == ProofBy::kServers ? true : ResolversAgree());
    check_.skipped = inquiry_.skipped();
    if (AnyDiffers(check_.servers) || AnyDiffers(check_.resolvers)) {
      check_.verdict = RecordVerdict::kDiffers;
    } else if (proven) {
      check_.verdict = RecordVerdict::kProven;
      if (question_.wish == RecordWish::kKey) check_.fetched = key_;
    }
  }

 private:
  bool ServersAgree() {
    ChainReport report = WalkChain(inquiry_, check_.name, question_);
    check_.servers = std::move(report.servers);
    check_.zone = std::move(report.zone);
    check_.problem = std::move(report.problem);
    check_.wait = report.wait;
    key_ = std::move(report.key);
    if (!check_.servers.empty()) {
      check_.dnssec = report.has_signatures ? Dnssec::kSigned : Dnssec::kUnsigned;
    }
    return report.agree;
  }

  bool MayAskResolversOnly() {
    if (inquiry_.options().resolvers.size() >= kLeastResolvers) {
      AskForWait();
      return true;
    }
    check_.problem =
        "the proof is to be by resolvers alone, which takes two at least; write more "
        "under dns.resolvers";
    return false;
  }

  // The zone's negative TTL, which a positive answer of a resolver does not show. What is left of
  // a TTL in a cache says nothing: the field itself does.
  void AskForWait() {
    check_.wait = kUnknownNegativeTtl;
    const auto reply = inquiry_.AskResolvers(question_.domain.str(), DnsType::kSoa);
    if (!reply) return;
    for (const auto* section : {&reply->answer, &reply->authority}) {
      for (const DnsRecord& record : *section) {
        if (record.type != DnsType::kSoa) continue;
        check_.zone = record.owner;
        check_.wait = record.minimum;
      }
    }
  }

  bool ResolversAgree() {
    const auto& resolvers = inquiry_.options().resolvers;
    std::vector<ServerLookUp> look_ups(resolvers.size());
    InParallel(resolvers.size(), [&](std::size_t i) {
      look_ups[i] = AskResolver(inquiry_, resolvers[i], check_.name, question_);
    });
    bool agree = true;
    bool validated = !look_ups.empty();
    for (ServerLookUp& look_up : look_ups) {
      agree = agree && look_up.answer.finding == RecordFinding::kAsWished;
      validated = validated && look_up.authenticated;
      if (!IsSilent(look_up.answer)) NoteSignatures(look_up.has_signatures);
      if (question_.proof == ProofBy::kResolvers) {
        check_.wait = std::max(check_.wait, look_up.answer.ttl);
        if (look_up.key) key_ = std::move(look_up.key);
      }
      check_.resolvers.push_back(std::move(look_up.answer));
    }
    if (validated) check_.dnssec = Dnssec::kValidated;
    return agree;
  }

  void NoteSignatures(bool seen) {
    if (seen) {
      check_.dnssec = Dnssec::kSigned;
    } else if (check_.dnssec == Dnssec::kUnknown) {
      check_.dnssec = Dnssec::kUnsigned;
    }
  }

  Inquiry inquiry_;
  const RecordQuestion& question_;
  RecordCheck& check_;
  std::optional<PublicKey> key_;
};

}  // namespace

RecordCheck DnsRecordChecker::Check(const RecordQuestion& question, Timestamp now) {
  RecordCheck check{
      .at = now, .name = {}, .zone = {}, .wish = question.wish, .proof = question.proof};
  const auto name = KeyRecordName(question.selector, question.domain);
  if (!name) {
    check.problem = name.error().message;
    return check;
  }
  check.name = *name;
  Checking(client_, options_, question, check).Make();
  return check;
}

}  // namespace dkimkeeper
