#include "client/opendkim/migration.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace dkimkeeper {
namespace {

using Kind = AuthorPattern::Kind;

// A line of the SigningTable with the key that it leads to.
struct Match {
  const SigningTableEntry* entry;
  AuthorPattern authors;
  const KeyTableEntry* key;
  Domain signing_domain;
};

bool IsWholeDomain(const Match& match) {
  return match.authors.kind == Kind::kDomain && *match.authors.domain == match.signing_domain;
}

// A basic string of TOML.
std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

// A sender's name from what people called the thing: the local part, the domain's first label, the
// selector.
std::string SenderName(const Match& match) {
  std::string raw = match.key->selector.str();
  if (match.authors.kind == Kind::kAddress) raw = match.authors.local_part;
  if (match.authors.kind == Kind::kDomain && !IsWholeDomain(match)) {
    raw = match.authors.domain->str().substr(0, match.authors.domain->str().find('.'));
  }
  std::string name;
  for (const char c : raw) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (plain || (!name.empty() && name.back() != '-')) name += plain ? c : '-';
  }
  name.resize(std::min<std::size_t>(name.size(), 50));
  while (name.ends_with('-')) name.pop_back();
  return name.empty() || name == "default" ? "sender" : name;
}

class Migrating {
 public:
  Migrating(const KeyTable& keys, const SigningTable& signing) : keys_(keys), signing_(signing) {}

  Migration Run() && {
    TellProblems();
    for (const SigningTableEntry& entry : signing_.entries) Resolve(entry);
    MakeLines();
    for (const Match& match : matches_) MakeRule(match);
    DropIdleRules();
    TellUnusedKeys();
    std::ranges::sort(made_.findings, {}, [](const Finding& each) {
      return std::pair(each.of_signing_table, each.line);
    });
    return std::move(made_);
  }

 private:
  using Line = std::pair<Domain, std::string>;  // with the selector

  void Tell(const SigningTableEntry& entry, Understood understood, const std::string& what) {
    made_.findings.push_back({true, entry.line, entry.text, understood, what});
  }

  void TellProblems() {
    for (const TableProblem& each : keys_.problems) {
      made_.findings.push_back({false, each.line, each.entry, Understood::kNot, each.what});
    }
    for (const TableProblem& each : signing_.problems) {
      made_.findings.push_back({true, each.line, each.entry, Understood::kNot, each.what});
    }
  }

  // True where an earlier line signs for all authors of this one.
  bool IsHidden(const SigningTableEntry& entry) {
    for (const SigningTableEntry& earlier : signing_.entries) {
      if (&earlier == &entry) return false;
      if (!earlier.authors.Covers(entry.authors)) continue;
      Tell(entry, Understood::kNot,
           "line " + std::to_string(earlier.line) +
               " matches first, and this one signs only with MultipleSignatures; for a second "
               "algorithm set it in the policy: dkimkeeper policy set DOMAIN "
               "algorithms=\"rsa-sha256 ed25519-sha256\"");
      return true;
    }
    return false;
  }

  void Resolve(const SigningTableEntry& entry) {
    if (IsHidden(entry)) return;
    const bool one_domain =
        entry.authors.kind == Kind::kAddress || entry.authors.kind == Kind::kDomain;
    if (entry.key_name == "%" && !one_domain) return ResolveEachKey(entry);
    const std::string name = entry.key_name == "%" ? entry.authors.domain->str() : entry.key_name;
    const KeyTableEntry* const key = keys_.Find(name);
    if (key == nullptr) {
      return Tell(entry, Understood::kNot,
                  "the KeyTable has no key " + name +
                      " that is understood; OpenDKIM defers such mail: name one that is there");
    }
    if (!key->domain && !one_domain) {
      return Tell(entry, Understood::kNot,
                  "signs in the name of domains that no table names; write a line for each domain "
                  "that you sign for");
    }
    const Domain signing_domain = key->domain ? *key->domain : *entry.authors.domain;
    Accept({&entry, entry.authors, key, signing_domain});
  }

  // "*" with "%": each key whose name is a domain signs for that domain.
  void ResolveEachKey(const SigningTableEntry& entry) {
    std::size_t found = 0;
    for (const KeyTableEntry& key : keys_.entries) {
      const Result<Domain> domain = Domain::Parse(key.name);
      if (!domain) continue;
      const AuthorPattern authors{Kind::kDomain, "", *domain};
      if (!entry.authors.Covers(authors)) continue;
      ++found;
      Accept({&entry, authors, &key, key.domain.value_or(*domain)});
    }
    if (found > 0) return;
    Tell(entry, Understood::kNot,
         "no key of the KeyTable is named for a domain of these authors; write a line for each "
         "domain that you sign for");
  }

  void Accept(Match match) {
    used_.insert(match.key->name);
    if (match.authors.kind == Kind::kEverybody) {
      return Tell(*match.entry, Understood::kNot,
                  "signs everybody's mail with " + match.signing_domain.str() +
                      ": that is a second signature here; add the domain, and write second_domain "
                      "in [signature] of the agent's configuration");
    }
    if (!match.authors.domain->IsAtOrBelow(match.signing_domain)) {
      return Tell(*match.entry, Understood::kNot,
                  "signs with " + match.signing_domain.str() +
                      ", which is not a domain of the author's: give " +
                      match.authors.domain->str() +
                      " a key of its own, or write second_domain in [signature] of the agent's "
                      "configuration");
    }
    matches_.push_back(std::move(match));
  }

  static Line LineOf(const Match& match) {
    return {match.signing_domain, match.key->selector.str()};
  }

  // In each domain the key that signs for all of it is the sender "default"; where there is none,
  // the first is.
  void MakeLines() {
    std::map<Domain, const Match*> defaults;
    for (const Match& match : matches_) {
      const auto [at, is_new] = defaults.emplace(match.signing_domain, &match);
      if (!is_new && IsWholeDomain(match) && !IsWholeDomain(*at->second)) at->second = &match;
    }
    for (const auto& [domain, match] : defaults) AddLine(*match, "default");
    for (const Match& match : matches_) {
      if (!senders_.contains(LineOf(match))) AddLine(match, SenderName(match));
    }
  }

  void AddLine(const Match& match, const std::string& wanted) {
    std::string name = wanted;
    for (int n = 2; !names_.emplace(match.signing_domain, name).second; ++n) {
      name = wanted + "-" + std::to_string(n);
    }
    const Result<Sender> sender = Sender::Parse(name);
    if (!sender) return;  // SenderName makes good ones
    std::string file = match.key->key_file;
    for (std::size_t at; (at = file.find('%')) != std::string::npos;) {
      file.replace(at, 1, match.authors.domain->str());
    }
    senders_.emplace(LineOf(match), *sender);
    made_.lines.push_back({match.signing_domain, *sender, match.key->selector, file});
  }

  void MakeRule(const Match& match) {
    const Domain& author = *match.authors.domain;
    const Sender& sender = senders_.at(LineOf(match));
    const std::string becomes = match.signing_domain.str() + "/" + sender.str();
    const bool parent = author != match.signing_domain || match.authors.kind == Kind::kBelow;
    if (parent && std::ranges::count(made_.parents, match.signing_domain) == 0) {
      made_.parents.push_back(match.signing_domain);
    }
    std::string difference;
    if (match.authors.kind == Kind::kBelow && sender != Sender::Default()) {
      difference = "the agent signs these domains as default of " + match.signing_domain.str() +
                   "; write a [[sender]] rule for each domain";
    } else if (match.authors.kind == Kind::kAddress) {
      difference = sender == Sender::Default()
                       ? DifferenceOfDefault(match)
                       : "OpenDKIM goes by the From address, the agent by who logged in";
      made_.rules.push_back({author, match.authors.local_part + "@" + author.str(), sender});
    } else if (sender != Sender::Default()) {
      made_.rules.push_back({author, "", sender});
    }
    if (!match.entry->signer.empty()) {
      difference += difference.empty() ? "" : "; ";
      difference += "the agent writes no i=";
    }
    Tell(*match.entry, difference.empty() ? Understood::kWhole : Understood::kInPart,
         becomes + (difference.empty() ? "" : ": " + difference));
  }

  // Of a line for one address whose key is the domain's default: there may be no other line.
  std::string DifferenceOfDefault(const Match& match) const {
    const bool for_all = std::ranges::any_of(matches_, [&](const Match& other) {
      return other.authors.kind == Kind::kDomain && other.authors.domain == match.authors.domain;
    });
    return for_all ? "" : "OpenDKIM signs for this address alone, the agent for the whole domain";
  }

  // A message that no rule takes is the sender's "default" anyway.
  void DropIdleRules() {
    std::set<Domain> ruled;
    for (const MigratedRule& rule : made_.rules) {
      if (rule.address.empty()) ruled.insert(rule.author_domain);
    }
    std::erase_if(made_.rules, [&](const MigratedRule& rule) {
      return rule.sender == Sender::Default() && !ruled.contains(rule.author_domain);
    });
  }

  void TellUnusedKeys() {
    for (const KeyTableEntry& key : keys_.entries) {
      const bool used = used_.contains(key.name);
      const std::string no_file =
          key.key_file.empty() ? "; the key stands in the table, so that it cannot be adopted" : "";
      made_.findings.push_back(
          {false, key.line, key.name, used ? Understood::kWhole : Understood::kNot,
           used ? (key.domain ? key.domain->str() : "the author's domain") + ", selector " +
                      key.selector.str() + no_file
                : "no line of the SigningTable that is understood leads to it: nothing is made of "
                  "it; remove its record from DNS if it signs no more"});
    }
  }

  const KeyTable& keys_;
  const SigningTable& signing_;
  Migration made_;
  std::vector<Match> matches_;
  std::set<std::string> used_;
  std::map<Line, Sender> senders_;
  std::set<std::pair<Domain, std::string>> names_;
};

}  // namespace

Migration Migrate(const KeyTable& keys, const SigningTable& signing) {
  return Migrating(keys, signing).Run();
}

Document DocumentOf(const Migration& migration, const std::vector<MigratedLine>& adopted) {
  std::map<std::string, DocumentDomain> domains;
  for (const MigratedLine& line : migration.lines) {
    DocumentDomain& domain = domains[line.domain.str()];
    domain.name = line.domain.str();
    domain.policy = {{"handover_window", "48h"}};
    if (line.sender != Sender::Default()) {
      domain.senders.push_back({.name = line.sender.str(), .policy = {}, .placement = {}});
    }
  }
  for (const MigratedLine& line : adopted) {
    if (line.old_selector.HasUnderscore()) domains[line.domain.str()].allow_underscore = true;
  }
  Document document;
  for (auto& [name, domain] : domains) document.domains.push_back(std::move(domain));
  return document;
}

std::string AgentRules(const Migration& migration) {
  std::string text =
      "# From OpenDKIM's tables: goes into dkimkeeper-agent.toml. What is in a section that is\n"
      "# there already belongs into that one.\n";
  if (!migration.parents.empty()) {
    text += "\n[author]\nparents = [";
    std::string separator;
    for (const Domain& parent : migration.parents) {
      text.append(separator).append("\"").append(parent.str()).append("\"");
      separator = ", ";
    }
    text += "]\n";
  }
  for (const MigratedRule& rule : migration.rules) {
    text += "\n[[sender]]\nsender = \"" + rule.sender.str() + "\"\ndomain = \"" +
            rule.author_domain.str() + "\"\n";
    if (!rule.address.empty()) text += "authenticated = " + Quoted(rule.address) + "\n";
  }
  if (migration.parents.empty() && migration.rules.empty()) {
    text += "# The domains need none: each is signed by its sender \"default\".\n";
  }
  return text;
}

}  // namespace dkimkeeper
