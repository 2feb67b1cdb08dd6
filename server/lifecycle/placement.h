// In which token the keys of a line are made.
#ifndef SERVER_LIFECYCLE_PLACEMENT_H_
#define SERVER_LIFECYCLE_PLACEMENT_H_

#include <span>
#include <string>

#include "server/store/contents.h"
#include "server/tokens/token_terms.h"

namespace dkimkeeper {

// The placement that holds for `sender`: its own, else its domain's. A token that nobody chose is
// `first`, the first that is configured.
[[nodiscard]] Placement PlacementOf(const DomainEntry& entry, const Sender& sender,
                                    const std::string& first);
// The same of the domain itself.
[[nodiscard]] Placement PlacementOf(const DomainEntry& entry, const std::string& first);

// NOT_FOUND/TOKEN_UNKNOWN; INVALID_ARGUMENT/BAD_OPTION for a stand-in of itself or of nothing.
[[nodiscard]] Outcome CheckPlacement(const Placement& placement,
                                     std::span<const TokenTerms> tokens);

}  // namespace dkimkeeper

#endif  // SERVER_LIFECYCLE_PLACEMENT_H_
