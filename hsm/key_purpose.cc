#include "hsm/key_purpose.h"

#include "proto/reason.h"

namespace dkimkeeper {

std::string_view LabelPrefix(KeyPurpose purpose) {
  switch (purpose) {
    case KeyPurpose::kDkim:
      return "dkim:";
    case KeyPurpose::kHealth:
      return "health:";
    case KeyPurpose::kAudit:
      return "audit:";
  }
  return "dkim:";
}

KeyPurpose PurposeOfLabel(std::string_view label) {
  for (const KeyPurpose purpose : {KeyPurpose::kHealth, KeyPurpose::kAudit}) {
    if (label.starts_with(LabelPrefix(purpose))) return purpose;
  }
  return KeyPurpose::kDkim;
}

Outcome CheckLabel(std::string_view label, KeyPurpose purpose) {
  if (label.starts_with(LabelPrefix(purpose))) return {};
  return Fail(Code::kInvalidArgument, reason::kBadOption,
              "The label \"" + std::string(label) + "\" must begin with \"" +
                  std::string(LabelPrefix(purpose)) + "\": it records what the key is for.");
}

}  // namespace dkimkeeper
