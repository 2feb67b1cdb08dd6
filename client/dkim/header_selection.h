// Which header fields to sign, and in which order (RFC 6376 §5.4).
#ifndef CLIENT_DKIM_HEADER_SELECTION_H_
#define CLIENT_DKIM_HEADER_SELECTION_H_

#include <span>
#include <string>
#include <vector>

#include "client/dkim/header_block.h"
#include "client/dkim/header_field.h"
#include "dkimkeeper/message_signer.h"
#include "proto/result.h"

namespace dkimkeeper {

// What a signer is told to sign. A value.
class HeaderSelection {
 public:
  // Names match in any letter case; repeats in the lists do not matter.
  // INVALID_ARGUMENT/BAD_OPTION: a list without From; a name that cannot stand in h= (not a field
  // name, a `;` in it, longer than 256 octets); DKIM-Signature, because signatures are reordered
  // and added in transit (RFC 6376 §5.4), our own among them.
  [[nodiscard]] static Result<HeaderSelection> FromOptions(const MessageOptions& options);

  // h= for this header: for each name, one entry for each field of that name, and one more where
  // it is oversigned. Lower-case, in the order of the lists.
  [[nodiscard]] std::vector<std::string> NamesFor(const HeaderBlock& block) const;

 private:
  struct Name {
    std::string lower;
    bool oversigned;
  };
  explicit HeaderSelection(std::vector<Name> names) : names_(std::move(names)) {}
  std::vector<Name> names_;
};

// The fields that an h= of `names` stands for, in its order: of fields with one name, the last in
// the header comes first (RFC 6376 §5.4.2). Names without a field left add nothing. The fields
// belong to `block`.
[[nodiscard]] std::vector<const HeaderField*> SelectFields(const HeaderBlock& block,
                                                           std::span<const std::string> names);

}  // namespace dkimkeeper

#endif  // CLIENT_DKIM_HEADER_SELECTION_H_
