// Domain names as DNS answers hold them: presentation form of RFC 1035 §5.1 with its escapes,
// lower-case, without the trailing dot; the root is "".
#ifndef SERVER_DNS_DNS_NAME_H_
#define SERVER_DNS_DNS_NAME_H_

#include <string>
#include <string_view>

namespace dkimkeeper {

// `Example.COM.` as `example.com`.
[[nodiscard]] std::string NormalName(std::string_view text);

// The name without its first label; of one label, and of the root, the root.
[[nodiscard]] std::string_view ParentName(std::string_view name);

// `ancestor` itself, or below it. Everything is below the root.
[[nodiscard]] bool IsNameAtOrBelow(std::string_view name, std::string_view ancestor);

}  // namespace dkimkeeper

#endif  // SERVER_DNS_DNS_NAME_H_
