#include "proto/dkim/sender.h"

#include "proto/dkim/ascii.h"
#include "proto/dkim/label.h"
#include "proto/reason.h"

namespace dkimkeeper {

Result<Sender> Sender::Parse(std::string_view text) {
  if (const auto fault = LabelFault(text)) {
    return Fail(Code::kInvalidArgument, reason::kBadSender,
                "the sender name " + *fault +
                    "; use 1 to 63 letters, digits and inner hyphens, such as newsletter");
  }
  return Sender(ToAsciiLower(text));
}

}  // namespace dkimkeeper
