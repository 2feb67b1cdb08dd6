#include "tests/faultmodule/rule.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "tests/faultmodule/ckr_names.h"

namespace dkimkeeper::faultmodule {
namespace {

enum class Argument : std::uint8_t { kNone, kCkr, kNumber, kNumberOrNone };

struct ActName {
  std::string_view name;
  Act act;
  Argument argument;
};

constexpr std::array kActs = {
    ActName{"log", Act::kLog, Argument::kNone},
    ActName{"fail", Act::kFail, Argument::kCkr},
    ActName{"fail-after", Act::kFailAfter, Argument::kCkr},
    ActName{"sleep", Act::kSleep, Argument::kNumber},
    ActName{"hang", Act::kHang, Argument::kNone},
    ActName{"crash", Act::kCrash, Argument::kNone},
    ActName{"exit", Act::kExit, Argument::kNumber},
    ActName{"corrupt", Act::kCorrupt, Argument::kNone},
    ActName{"swap", Act::kSwap, Argument::kNone},
    ActName{"drop-sessions", Act::kDropSessions, Argument::kNone},
    ActName{"gone", Act::kGone, Argument::kNumberOrNone},
};

[[noreturn]] void Refuse(const std::string& why) { throw std::invalid_argument(why); }

std::uint64_t Number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [stopped, error] = std::from_chars(text.begin(), text.end(), number);
  if (error != std::errc() || stopped != text.end()) Refuse("no number: " + std::string(text));
  return number;
}

std::optional<Function> FunctionOf(const std::string& word) {
  if (word == "*") return std::nullopt;
  const auto* const found = std::find(kFunctionNames.begin(), kFunctionNames.end(), word);
  if (found == kFunctionNames.end()) Refuse("no function that is stood in front of: " + word);
  return static_cast<Function>(found - kFunctionNames.begin());
}

// "3", "3-5", "3-", "*".
void ReadCalls(std::string_view word, Rule& rule) {
  if (word == "*") return;
  const std::size_t dash = word.find('-');
  rule.first = Number(word.substr(0, dash));
  if (dash == std::string_view::npos) {
    rule.last = rule.first;
  } else if (dash + 1 < word.size()) {
    rule.last = Number(word.substr(dash + 1));
  }
  if (rule.first == 0 || rule.last < rule.first) Refuse("no calls: " + std::string(word));
}

void ReadArgument(Argument kind, const std::vector<std::string>& words, Rule& rule) {
  const bool given = words.size() == 2;
  if (given ? kind == Argument::kNone : kind == Argument::kCkr || kind == Argument::kNumber) {
    Refuse(words[0] + (given ? " takes no argument" : " needs an argument"));
  }
  if (!given) return;
  if (kind != Argument::kCkr) {
    rule.number = Number(words[1]);
    return;
  }
  const std::optional<CK_RV> rv = CkrOf(words[1]);
  if (!rv) Refuse("no CKR: " + words[1]);
  rule.number = *rv;
}

void ReadAct(const std::vector<std::string>& words, Rule& rule) {
  if (words.empty() || words.size() > 2) Refuse("FUNCTION CALLS [shared] ACT [ARGUMENT]");
  const auto* const found = std::find_if(kActs.begin(), kActs.end(),
                                         [&](const ActName& act) { return act.name == words[0]; });
  if (found == kActs.end()) Refuse("no act: " + words[0]);
  rule.act = found->act;
  rule.text = words.size() == 2 ? words[0] + " " + words[1] : words[0];
  ReadArgument(found->argument, words, rule);
  if (rule.act == Act::kCorrupt && rule.function != Function::C_Sign) {
    Refuse("C_Sign alone can be corrupted");
  }
  const bool has_handles =
      rule.function == Function::C_SignInit || rule.function == Function::C_FindObjects;
  if (rule.act == Act::kSwap && !has_handles) Refuse("C_SignInit and C_FindObjects alone can swap");
}

}  // namespace

std::optional<Rule> ParseRule(std::string_view line) {
  std::istringstream stream{std::string(line.substr(0, line.find('#')))};
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  if (words.empty()) return std::nullopt;
  if (words.size() < 3) Refuse("FUNCTION CALLS [shared] ACT [ARGUMENT]");
  Rule rule;
  rule.function = FunctionOf(words[0]);
  ReadCalls(words[1], rule);
  rule.shared = words[2] == "shared";
  words.erase(words.begin(), words.begin() + (rule.shared ? 3 : 2));
  ReadAct(words, rule);
  return rule;
}

}  // namespace dkimkeeper::faultmodule
