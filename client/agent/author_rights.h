// Whose From a customer who logged in may use.
#ifndef CLIENT_AGENT_AUTHOR_RIGHTS_H_
#define CLIENT_AGENT_AUTHOR_RIGHTS_H_

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "proto/dkim/domain.h"
#include "proto/result.h"

namespace dkimkeeper {

// Without it, a customer who logged in for one domain gets another customer's signature
// (trusteddomainproject/OpenDKIM#187). A value.
class AuthorRights {
 public:
  // Each identity may use its own domain, what stands after its last `@`, and nothing else.
  AuthorRights() = default;

  // The text of a map file: a line for each identity, `joe@example.com example.org example.net`,
  // `#` begins a comment line. An identity with a line may use the domains of its line, and not its
  // own unless that stands there; `*` is every domain. Identities match exactly, as the mail server
  // writes them. INVALID_ARGUMENT/BAD_CONFIG: one line for each problem, `FILE:LINE: what`.
  [[nodiscard]] static Result<AuthorRights> Parse(std::string_view text,
                                                  const std::string& file_name);

  // Whether `identity` ({auth_authen}) may write as an author at `author`: that very domain.
  [[nodiscard]] bool MayUse(const std::string& identity, const Domain& author) const;

 private:
  struct Line {
    bool any = false;
    std::set<Domain> domains;
  };
  std::map<std::string, Line> lines_;
};

}  // namespace dkimkeeper

#endif  // CLIENT_AGENT_AUTHOR_RIGHTS_H_
