// Which keys a message is signed with.
#ifndef CLIENT_CLI_KEY_CHOICE_H_
#define CLIENT_CLI_KEY_CHOICE_H_

#include <optional>
#include <string>
#include <vector>

#include "dkimkeeper/client.h"
#include "proto/dkim/algorithm.h"
#include "proto/dkim/domain.h"
#include "proto/result.h"

namespace dkimkeeper {

struct KeyWish {
  std::string sender;                  // required
  std::string selector;                // empty: any
  std::optional<Algorithm> algorithm;  // any
};

struct ChosenKey {
  Selector selector;
  Algorithm algorithm = Algorithm::kRsaSha256;
  bool headers_required = false;  // as SigningKey has it
  friend bool operator==(const ChosenKey&, const ChosenKey&) = default;
};

// Every key to sign with now, or the one named. A selector that is not listed is taken as it is, so
// that the server says why it does not sign. BAD_SENDER, BAD_SELECTOR;
// FAILED_PRECONDITION/NO_ACTIVE_KEY.
[[nodiscard]] Result<std::vector<ChosenKey>> ChooseKeys(const SigningKeys& keys,
                                                        const Domain& domain, const KeyWish& wish);

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_KEY_CHOICE_H_
