// How made-up selectors look.
#ifndef SERVER_KEYS_SELECTOR_TEMPLATE_H_
#define SERVER_KEYS_SELECTOR_TEMPLATE_H_

#include <optional>
#include <string>
#include <string_view>

namespace dkimkeeper {

// What {date}, {random}, {sender} and {algorithm} stand for.
struct SelectorParts {
  std::string_view date;       // 20260214
  std::string_view random;     // k3f9x
  std::string_view sender;     // newsletter
  std::string_view algorithm;  // rsa, ed25519
};

// `text` with each name in braces replaced. Nothing where a brace stands alone or holds another
// name.
[[nodiscard]] std::optional<std::string> ExpandTemplate(std::string_view text,
                                                        const SelectorParts& parts);

}  // namespace dkimkeeper

#endif  // SERVER_KEYS_SELECTOR_TEMPLATE_H_
