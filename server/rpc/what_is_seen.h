// What an approver looked at, in a few digits: whatever changes of it changes them.
#ifndef SERVER_RPC_WHAT_IS_SEEN_H_
#define SERVER_RPC_WHAT_IS_SEEN_H_

#include <string>

#include "server/store/contents.h"

namespace dkimkeeper {

// 16 hexadecimal digits each, of all that is stored of: a key;
[[nodiscard]] std::string Seen(const Key& key);
// a domain, its senders, their policies and keys;
[[nodiscard]] std::string Seen(const Contents& contents, const Domain& domain);
// the other grants of the grant's holder and, of a group, who is in it;
[[nodiscard]] std::string Seen(const Contents& contents, const Grant& grant);
// a group: who is in it, and the grants that name it;
[[nodiscard]] std::string SeenOfGroup(const Contents& contents, const std::string& group);
// any text.
[[nodiscard]] std::string SeenOfText(const std::string& text);

}  // namespace dkimkeeper

#endif  // SERVER_RPC_WHAT_IS_SEEN_H_
