#include "server/rotation/steps.h"

namespace dkimkeeper {

std::string_view StepName(StepKind kind) {
  switch (kind) {
    case StepKind::kFinish:
      return "finish";
    case StepKind::kGenerate:
      return "generate";
    case StepKind::kPublish:
      return "publish";
    case StepKind::kProve:
      return "prove";
    case StepKind::kActivate:
      return "activate";
    case StepKind::kRetire:
      return "retire";
    case StepKind::kAwaitStop:
      return "await stop";
    case StepKind::kRevoke:
      return "revoke";
    case StepKind::kWithdraw:
      return "withdraw";
    case StepKind::kProveWithdrawn:
      return "prove withdrawn";
    case StepKind::kRemove:
      return "remove record";
    case StepKind::kProveRemoved:
      return "prove removed";
    case StepKind::kDestroy:
      return "destroy";
    case StepKind::kWatch:
      return "watch";
    case StepKind::kShortenHandOver:
      return "shorten hand-over";
    case StepKind::kEndHandOver:
      return "end hand-over";
    case StepKind::kDropSender:
      return "drop sender";
    case StepKind::kDropDomain:
      return "drop domain";
  }
  return "unknown";
}

}  // namespace dkimkeeper
