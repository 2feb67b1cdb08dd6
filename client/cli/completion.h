// Shell completion, made from the verbs themselves.
#ifndef CLIENT_CLI_COMPLETION_H_
#define CLIENT_CLI_COMPLETION_H_

#include <cstdint>
#include <string>
#include <vector>

namespace dkimkeeper {

// What stands after an option.
enum class OptionValue : std::uint8_t { kNone, kAny, kFile, kWord };

struct CompletedOption {
  std::string name;  // "--algorithm"
  OptionValue value = OptionValue::kNone;
  std::vector<std::string> words = {};  // with kWord
};

// A verb, a noun with verbs, or the program itself.
struct CompletedVerb {
  std::string name;
  std::vector<CompletedOption> options = {};
  std::vector<CompletedVerb> verbs = {};
};

// A script for `source`: bash's own, or the same through zsh's bashcompinit.
[[nodiscard]] std::string BashCompletion(const CompletedVerb& program);
[[nodiscard]] std::string ZshCompletion(const CompletedVerb& program);

}  // namespace dkimkeeper

#endif  // CLIENT_CLI_COMPLETION_H_
