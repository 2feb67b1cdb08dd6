#include "client/cli/completion.h"

#include <map>
#include <set>
#include <string_view>

namespace dkimkeeper {
namespace {

// What the script needs to know, collected over all verbs.
struct Tables {
  std::map<std::string, std::string> words_after;  // path ("/key/list") → verbs and options
  std::map<std::string, std::string> word_values;  // option → its words
  std::set<std::string> file_options;
  std::set<std::string> any_options;
};

std::string Join(const auto& words, std::string_view separator) {
  std::string joined;
  for (const std::string& word : words) {
    if (!joined.empty()) joined += separator;
    joined += word;
  }
  return joined;
}

void Collect(const CompletedVerb& verb, const std::string& path, const std::string& globals,
             Tables& tables) {
  std::vector<std::string> words;
  words.reserve(verb.verbs.size() + verb.options.size());
  for (const CompletedVerb& each : verb.verbs) words.push_back(each.name);
  for (const CompletedOption& option : verb.options) {
    words.push_back(option.name);
    if (option.value == OptionValue::kWord) {
      tables.word_values[option.name] = Join(option.words, " ");
    }
    if (option.value == OptionValue::kFile) tables.file_options.insert(option.name);
    if (option.value == OptionValue::kAny) tables.any_options.insert(option.name);
  }
  std::string here = Join(words, " ");
  if (!path.empty()) here += (here.empty() ? "" : " ") + globals;
  tables.words_after[path] = here;
  for (const CompletedVerb& each : verb.verbs) {
    Collect(each, path + "/" + each.name, globals, tables);
  }
}

std::string Case(const std::string& pattern, const std::string& action) {
  return "    " + pattern + ") " + action + " ;;\n";
}

// The words of COMPREPLY.
constexpr std::string_view kReplyBegin = "COMPREPLY=($(compgen ";
constexpr std::string_view kReplyEnd = " -- \"$current\"))";

std::string Reply(const std::string& what) {
  return std::string(kReplyBegin) + what + std::string(kReplyEnd);
}

std::string WithValue(const Tables& tables) {
  std::set<std::string> names = tables.file_options;
  names.insert(tables.any_options.begin(), tables.any_options.end());
  for (const auto& [name, words] : tables.word_values) names.insert(name);
  return Join(names, "|");
}

std::string Script(const Tables& tables) {
  std::string paths;
  for (const auto& [path, words] : tables.words_after) {
    if (!path.empty()) paths += (paths.empty() ? "" : "|") + path;
  }
  std::string script =
      "_dkimkeeper() {\n"
      "  local current=\"${COMP_WORDS[COMP_CWORD]}\" previous=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
      "  local path=\"\" words=\"\" word i\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    word=\"${COMP_WORDS[i]}\"\n"
      "    case \"$word\" in\n"
      "      " +
      WithValue(tables) +
      ") i=$((i + 1)); continue ;;\n"
      "      -*) continue ;;\n"
      "    esac\n"
      "    case \"$path/$word\" in\n"
      "      " +
      paths +
      ") path=\"$path/$word\" ;;\n"
      "    esac\n"
      "  done\n"
      "  case \"$previous\" in\n";
  for (const auto& [name, words] : tables.word_values) {
    script += Case(name, Reply("-W \"" + words + "\"") + "; return");
  }
  if (!tables.file_options.empty()) {
    script += Case(Join(tables.file_options, "|"), Reply("-f") + "; return");
  }
  if (!tables.any_options.empty()) {
    script += Case(Join(tables.any_options, "|"), "COMPREPLY=(); return");
  }
  script += "  esac\n  case \"$path\" in\n";
  for (const auto& [path, words] : tables.words_after) {
    script += Case(path.empty() ? "\"\"" : path, "words=\"" + words + "\"");
  }
  return script + "  esac\n  " + Reply("-W \"$words\"") +
         "\n}\ncomplete -F _dkimkeeper dkimkeeper\n";
}

Tables TablesOf(const CompletedVerb& program) {
  std::vector<std::string> globals;
  globals.reserve(program.options.size());
  for (const CompletedOption& option : program.options) globals.push_back(option.name);
  Tables tables;
  Collect(program, "", Join(globals, " "), tables);
  return tables;
}

}  // namespace

std::string BashCompletion(const CompletedVerb& program) {
  return "# Completion for bash; load it with: source <(dkimkeeper completion bash)\n" +
         Script(TablesOf(program));
}

std::string ZshCompletion(const CompletedVerb& program) {
  return "# Completion for zsh; load it with: source <(dkimkeeper completion zsh)\n"
         "autoload -U +X compinit && compinit -u\n"
         "autoload -U +X bashcompinit && bashcompinit\n" +
         Script(TablesOf(program));
}

}  // namespace dkimkeeper
