#include "server/dns/rfc2136_publisher.h"

#include "proto/dkim/txt_record.h"
#include "proto/reason.h"
#include "server/dns/dns_name.h"

namespace dkimkeeper {
namespace {

constexpr unsigned kNoError = 0;
constexpr unsigned kNxDomain = 3;

std::string ListOf(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : ", ") + text;
  return list;
}

// The longest of `zones` that holds `name`; empty: none.
std::string ZoneOf(std::string_view name, const std::vector<std::string>& zones) {
  std::string longest;
  for (const std::string& zone : zones) {
    if (IsNameAtOrBelow(name, zone) && zone.size() > longest.size()) longest = zone;
  }
  return longest;
}

}  // namespace

// One change, on its way to one server.
struct Rfc2136Publisher::Attempt {
  const RecordChange& change;
  const std::string& name;
  const std::string& zone;
  const ServerAddress& server;
  const TsigKey& key;
};

UpdateAsked Rfc2136Publisher::AskedOf(const Attempt& attempt) const {
  return {.server = attempt.server.str(),
          .zone = attempt.zone,
          .name = attempt.name,
          .key = options_.tsig_key,
          .algorithm = options_.tsig_algorithm,
          .secret_file = options_.tsig_secret_file};
}

Result<UpdateReply> Rfc2136Publisher::Ask(const Attempt& attempt,
                                          const SignedMessage& message) const {
  const auto octets = exchange_(attempt.server, message.octets, options_.time_limit);
  if (!octets) return Forward(octets);
  auto reply = ReadReply(*octets, message, attempt.name, attempt.key);
  if (reply) return reply;
  return Fail(reply.error().code, reply.error().reason,
              "the name server " + attempt.server.str() + " " + reply.error().message);
}

Result<StandingRecords> Rfc2136Publisher::Fetch(const Attempt& attempt) const {
  const auto question = TxtQuestion(attempt.name, attempt.key);
  if (!question) return Forward(question);
  auto reply = Ask(attempt, *question);
  if (!reply) return Forward(reply);
  const bool answered = reply->rcode == kNoError || reply->rcode == kNxDomain;
  if (!answered || reply->tsig_error != 0) {
    return tl::unexpected(RefusalOf(reply->rcode, reply->tsig_error, AskedOf(attempt)));
  }
  if (!reply->verified) return tl::unexpected(RefusalOf(kNoError, 0, AskedOf(attempt)));
  if (!reply->authoritative) {
    return Fail(Code::kFailedPrecondition, reason::kPublishRefused,
                "the name server " + attempt.server.str() + " does not hold " + attempt.name +
                    " itself: a zone below " + attempt.zone +
                    " may be delegated to others; name the zone and its own server");
  }
  return std::move(reply->standing);
}

Outcome Rfc2136Publisher::Update(const Attempt& attempt, ChangeStep step,
                                 const StandingRecords& standing) const {
  TxtUpdate update{
      .zone = attempt.zone, .name = attempt.name, .step = step, .ttl = attempt.change.ttl};
  if (!standing.txt.empty()) update.standing = standing.txt.front();
  if (attempt.change.after) {
    update.after = SplitCharacterStrings(RenderKeyRecord(*attempt.change.after));
  }
  const auto message = UpdateMessage(update, attempt.key);
  if (!message) return Forward(message);
  const auto reply = Ask(attempt, *message);
  if (!reply) return Forward(reply);
  if (reply->rcode == kNoError && reply->tsig_error == 0 && reply->verified) return {};
  return tl::unexpected(RefusalOf(reply->rcode, reply->tsig_error, AskedOf(attempt)));
}

Result<Publication> Rfc2136Publisher::PublishAt(const Attempt& attempt) const {
  const auto standing = Fetch(attempt);
  if (!standing) return Forward(standing);
  const auto step = StepFor(attempt.change, *standing);
  if (!step) return Forward(step);
  if (*step == ChangeStep::kNothing) return Publication::kDone;
  const auto updated = Update(attempt, *step, *standing);
  if (updated) return Publication::kDone;
  // The update may have been done and its answer lost, or another daemon was faster.
  const bool in_doubt = updated.error().code == Code::kUnavailable ||
                        updated.error().reason == reason::kRecordChanged;
  if (!in_doubt) return Forward(updated);
  if (const auto now = Fetch(attempt)) {
    const auto left = StepFor(attempt.change, *now);
    if (left && *left == ChangeStep::kNothing) return Publication::kDone;
  }
  return Forward(updated);
}

Result<Publication> Rfc2136Publisher::Publish(const RecordChange& change) {
  const auto name = NameWritten(change);
  if (!name) return Forward(name);
  const std::string zone = ZoneOf(*name, options_.zones);
  if (zone.empty()) {
    return Fail(Code::kFailedPrecondition, reason::kPublishRefused,
                "the publisher " + name_ + " serves no zone that holds " + *name +
                    ", only: " + ListOf(options_.zones) +
                    "; add the zone to its `zones`, or choose another publisher");
  }
  const auto secret = TsigSecret::Read(options_.tsig_secret_file);
  if (!secret) return Forward(secret);
  const TsigKey key{options_.tsig_key, options_.tsig_algorithm, *secret};
  std::string away;
  for (const ServerAddress& server : options_.servers) {
    auto published = PublishAt({change, *name, zone, server, key});
    if (published || published.error().code != Code::kUnavailable) return published;
    away += (away.empty() ? "" : "; ") + published.error().message;
  }
  return Fail(Code::kUnavailable, reason::kPublisherAway,
              "no server of the publisher " + name_ + " changed " + *name + " (" + away +
                  "); it is tried again");
}

}  // namespace dkimkeeper
