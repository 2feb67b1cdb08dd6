// Whose mail it is, when nobody says.
#ifndef CLIENT_CLI_AUTHOR_DOMAIN_H_
#define CLIENT_CLI_AUTHOR_DOMAIN_H_

#include <string_view>

#include "proto/dkim/domain.h"
#include "proto/result.h"

namespace dkimkeeper {

// The domain of the From field. `header` is a message's beginning, lines ended by CRLF; what
// follows the first empty line is not looked at. INVALID_ARGUMENT/BAD_MESSAGE: no From field, or
// several; BAD_MAILBOX: none or several authors in it.
[[nodiscard]] Result<Domain> AuthorDomain(std::string_view header);

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_AUTHOR_DOMAIN_H_
