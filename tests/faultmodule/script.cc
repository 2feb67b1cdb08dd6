#include "tests/faultmodule/script.h"

#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace dkimkeeper::faultmodule {
namespace {

constexpr std::size_t kGoneUntil = 0;

// Monotonic, and the same clock in every process.
std::uint64_t NowMs() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
}

std::vector<Rule> ParseRules(std::string_view text) {
  std::vector<Rule> rules;
  std::istringstream stream{std::string(text)};
  unsigned number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    try {
      if (std::optional<Rule> rule = ParseRule(line)) rules.push_back(std::move(*rule));
    } catch (const std::invalid_argument& wrong) {
      throw std::invalid_argument("line " + std::to_string(number) + ": " + wrong.what());
    }
  }
  if (rules.size() >= SharedCounts::kSize) throw std::invalid_argument("too many lines");
  return rules;
}

}  // namespace

Script::Script(std::string_view text, const std::string& counts_path)
    : rules_(ParseRules(text)), own_counts_(rules_.size()), shared_counts_(counts_path) {}

std::optional<Fault> Script::Judge(Function called, const Log& log) {
  std::optional<Fault> fault;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    const Rule& rule = rules_[i];
    if (!rule.Covers(called)) continue;
    const std::uint64_t nth =
        1 + (rule.shared ? shared_counts_.at(i + 1).fetch_add(1) : own_counts_[i].fetch_add(1));
    if (fault || nth < rule.first || nth > rule.last) continue;
    log(called, nth, rule.text);
    if (rule.act != Act::kLog) fault = Fault{rule.act, rule.number};
  }
  if (fault && fault->act == Act::kGone && fault->number > 0) {
    shared_counts_.at(kGoneUntil).store(NowMs() + fault->number);
  }
  return IsGone() ? Fault{Act::kGone} : fault;
}

bool Script::IsGone() const {
  const std::uint64_t until = shared_counts_.at(kGoneUntil).load();
  return until != 0 && NowMs() < until;
}

std::shared_ptr<Script> ScriptFile::Current() {
  const std::optional<Stamp> stamp = Look();
  const std::lock_guard lock(mutex_);
  if (!stamp) {
    script_.reset();
  } else if (script_ == nullptr || *stamp != stamp_) {
    script_ = Read(*stamp);
    stamp_ = *stamp;
  }
  return script_;
}

std::optional<ScriptFile::Stamp> ScriptFile::Look() const {
  struct stat info = {};
  if (::stat(path_.c_str(), &info) != 0) return std::nullopt;
  return Stamp{info.st_ino, info.st_mtim.tv_sec, info.st_mtim.tv_nsec, info.st_size};
}

// Each version has a file of counts of its own, so that no process has to reset what others count.
std::shared_ptr<Script> ScriptFile::Read(const Stamp& stamp) const {
  std::ostringstream text;
  text << std::ifstream(path_).rdbuf();
  std::ostringstream counts;
  counts << path_ << '.' << stamp.inode << '.' << stamp.seconds << '.' << stamp.nanoseconds
         << ".counts";
  return std::make_shared<Script>(text.str(), counts.str());
}

}  // namespace dkimkeeper::faultmodule
