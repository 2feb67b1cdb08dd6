#include "server/dns/exec_publisher.h"

#include "proto/reason.h"
#include "server/dns/hook_contract.h"

namespace dkimkeeper {
namespace {

Result<Publication> PublicationOf(const HookAnswer& answer, const std::string& who) {
  const std::string said = answer.message.empty() ? "without a message" : answer.message;
  switch (answer.status) {
    case HookStatus::kDone:
      return Publication::kDone;
    case HookStatus::kAsked:
      return Publication::kAsked;
    case HookStatus::kChanged:
      return Fail(Code::kFailedPrecondition, reason::kRecordChanged,
                  who + " found another record, and left it alone: " + said +
                      "; remove or restore what stands there");
    case HookStatus::kRefused:
      return Fail(Code::kFailedPrecondition, reason::kPublishRefused, who + " refused: " + said);
    case HookStatus::kAway:
      return Fail(Code::kUnavailable, reason::kPublisherAway,
                  who + " could not reach its service: " + said + "; it is tried again");
  }
  return Publication::kAsked;
}

}  // namespace

Result<Publication> ExecPublisher::Publish(const RecordChange& change) {
  const auto name = NameWritten(change);
  if (!name) return Forward(name);
  const std::string who = "the hook " + options_.command.front() + " of the publisher " + name_ +
                          ", asked to change " + *name + ",";
  const auto result = hook_(RenderHookOrder(change, *name));
  if (!result) return Fail(Code::kUnavailable, reason::kPublisherAway, result.error().message);
  if (!result->failure.empty()) {
    return Fail(Code::kUnavailable, reason::kPublisherAway,
                who + " failed (" + result->failure +
                    "); what it wrote to standard error is in the daemon's log");
  }
  if (result->is_cut) {
    return Fail(Code::kFailedPrecondition, reason::kPublishRefused,
                who +
                    " wrote more than 64 KiB; let it write its answer to standard output, and "
                    "the rest to standard error");
  }
  const auto answer = ParseHookAnswer(result->output);
  if (!answer) {
    return Fail(Code::kFailedPrecondition, reason::kPublishRefused,
                who + " gave an answer that " + answer.error().message +
                    "; write one as dkimkeeperd.toml(5) shows");
  }
  return PublicationOf(*answer, who);
}

}  // namespace dkimkeeper
