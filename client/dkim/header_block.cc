#include "client/dkim/header_block.h"

#include <string>
#include <utility>

#include "proto/dkim/ascii.h"
#include "proto/reason.h"

namespace dkimkeeper {

Outcome HeaderBlock::CheckRoom(std::size_t size) const {
  if (bytes_ + size + 2 <= max_bytes_) return {};
  return Fail(Code::kInvalidArgument, reason::kBadMessage,
              "The header is larger than " + std::to_string(max_bytes_) +
                  " bytes; a signer with a larger bound would take it.");
}

Outcome HeaderBlock::Add(HeaderField field) {
  if (Outcome room = CheckRoom(field.text().size()); !room) return room;
  bytes_ += field.text().size() + 2;
  fields_.push_back(std::move(field));
  return {};
}

Result<const HeaderField*> HeaderBlock::Only(std::string_view name) const {
  const HeaderField* found = nullptr;
  for (const HeaderField& field : fields_) {
    if (!EqualsIgnoringAsciiCase(field.name(), name)) continue;
    if (found != nullptr) {
      return Fail(Code::kInvalidArgument, reason::kBadMessage,
                  "The header has more than one " + std::string(name) +
                      " field; such a message must not be signed.");
    }
    found = &field;
  }
  if (found == nullptr) {
    return Fail(
        Code::kInvalidArgument, reason::kBadMessage,
        "The header has no " + std::string(name) + " field; such a message must not be signed.");
  }
  return found;
}

}  // namespace dkimkeeper
