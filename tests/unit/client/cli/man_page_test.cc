// The manual names every verb with every option that it takes.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "client/cli/command_line.h"

namespace dkimkeeper {
namespace {

std::string Page() {
  std::ifstream file(DKIMKEEPER_MAN_PAGE);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string Help(const std::vector<std::string>& verb) {
  std::vector<std::string> words = verb;
  words.emplace_back("--help");
  return std::get<Printout>(ParseCommandLine(words)).text;
}

std::set<std::string> Matches(const std::string& text, const char* pattern) {
  const std::regex regex(pattern, std::regex::multiline);
  std::set<std::string> found;
  for (std::sregex_iterator match(text.begin(), text.end(), regex), end; match != end; ++match) {
    found.insert((*match)[1]);
  }
  return found;
}

// Names below "Subcommands:".
std::set<std::string> VerbsOf(const std::string& help) {
  const std::size_t at = help.find("\nSubcommands:\n");
  if (at == std::string::npos) return {};
  const std::size_t end = help.find("\n\n", at);
  return Matches(help.substr(at, end - at), "^  ([a-z-]+)");
}

// The item that documents a verb, up to the next one.
std::string ItemOf(const std::string& page, const std::string& verb) {
  const std::regex begin("^\\.It (Xo )?Ic " + verb + "( .*)?$", std::regex::multiline);
  std::smatch match;
  if (!std::regex_search(page, match, begin)) return {};
  const auto from = static_cast<std::size_t>(match.position());
  // An inner list explains options of the item that it stands in.
  const std::size_t next = page.find("\n.It Ic ", from + 1);
  const std::size_t next_long = page.find("\n.It Xo Ic ", from + 1);
  return page.substr(from, std::min(next, next_long) - from);
}

void ExpectDocumented(const std::string& page, const std::vector<std::string>& verb) {
  const std::string help = Help(verb);
  for (const std::string& name : VerbsOf(help)) {
    std::vector<std::string> below = verb;
    below.push_back(name);
    ExpectDocumented(page, below);
  }
  if (verb.empty() || !VerbsOf(help).empty()) return;
  std::string name;
  for (const std::string& word : verb) name += (name.empty() ? "" : " ") + word;
  const std::string item = ItemOf(page, name);
  EXPECT_FALSE(item.empty()) << "dkimkeeper " << name << " is not in the manual";
  for (const std::string& option : Matches(help, "^  (?:-h,)?--([a-z-]+)")) {
    if (option == "help") continue;
    EXPECT_TRUE(std::regex_search(item, std::regex("Fl -" + option + "\\b")))
        << "--" << option << " of dkimkeeper " << name << " is not in the manual";
  }
}

TEST(ManPage, NamesEveryVerbAndOption) {
  const std::string page = Page();
  ASSERT_FALSE(page.empty());
  EXPECT_GT(VerbsOf(Help({})).size(), 10U);
  EXPECT_EQ(VerbsOf(Help({"grant"})), (std::set<std::string>{"add", "explain", "list", "remove"}));
  ExpectDocumented(page, {});
}

}  // namespace
}  // namespace dkimkeeper
