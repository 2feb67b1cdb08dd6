// The header of one message: its fields in the order they stand, within a bound.
#ifndef CLIENT_DKIM_HEADER_BLOCK_H_
#define CLIENT_DKIM_HEADER_BLOCK_H_

#include <cstddef>
#include <string_view>
#include <vector>

#include "client/dkim/header_field.h"
#include "proto/result.h"

namespace dkimkeeper {

// Not thread-safe.
class HeaderBlock {
 public:
  // `max_bytes` counts each field with its final CRLF.
  explicit HeaderBlock(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // INVALID_ARGUMENT/BAD_MESSAGE where a field of `size` octets, without its final CRLF, would
  // not fit.
  [[nodiscard]] Outcome CheckRoom(std::size_t size) const;

  // Errors as for CheckRoom.
  [[nodiscard]] Outcome Add(HeaderField field);

  [[nodiscard]] const std::vector<HeaderField>& fields() const { return fields_; }

  // The only field of that name, in any letter case. INVALID_ARGUMENT/BAD_MESSAGE where there is
  // none or more than one.
  [[nodiscard]] Result<const HeaderField*> Only(std::string_view name) const;

 private:
  std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  std::vector<HeaderField> fields_;
};

}  // namespace dkimkeeper

#endif  // CLIENT_DKIM_HEADER_BLOCK_H_
