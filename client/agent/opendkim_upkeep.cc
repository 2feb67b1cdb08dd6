#include "client/agent/opendkim_upkeep.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "client/reference/reference_file.h"
#include "proto/base/read_file.h"
#include "proto/base/replace_file.h"
#include "proto/base/run_command.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kCallsAfterFailure = 30;
constexpr std::size_t kMaxTableBytes = std::size_t{64} << 20;
constexpr std::chrono::seconds kAskLimit{5};
constexpr std::chrono::seconds kReloadLimit{30};
// No secret is in any of these files, and OpenDKIM has a user of its own.
constexpr mode_t kForAll = 0644;

Result<bool> WriteWhereDifferent(const std::string& path, const std::string& text) {
  if (const auto held = ReadFile(path, kMaxTableBytes); held && *held == text) return false;
  if (Outcome written = ReplaceFile(path, text, kForAll); !written) {
    written.error().message = path + ": " + written.error().message;
    return Forward(written);
  }
  return true;
}

}  // namespace

void OpenDkimUpkeep::Refresh(const SigningKeys& keys) {
  if (keys.generation == generation_) return;
  if (calls_to_wait_ > 0) {
    --calls_to_wait_;
    return;
  }
  const Outcome updated = Update(keys);
  metrics_.CountOpenDkim(updated ? "updated" : updated.error().reason);
  if (updated) {
    generation_ = keys.generation;
    events_.Info("opendkim.updated", {{"generation", keys.generation}});
    return;
  }
  calls_to_wait_ = kCallsAfterFailure;
  events_.Error("opendkim.failed",
                {{"reason", updated.error().reason}, {"message", updated.error().message}});
}

Outcome OpenDkimUpkeep::Update(const SigningKeys& keys) {
  const OpenDkimTables tables =
      TablesFor(keys, options_.algorithm, options_.authors, options_.references);
  if (Outcome written = WriteReferences(tables.named); !written) return written;
  // A name has to be in the KeyTable before the SigningTable leads to it.
  for (const auto& [path, text] : {std::pair(&options_.key_table, &tables.key_table),
                                   std::pair(&options_.signing_table, &tables.signing_table)}) {
    const auto changed = WriteWhereDifferent(*path, *text);
    if (!changed) return Forward(changed);
    is_reload_due_ = is_reload_due_ || *changed;
  }
  if (is_reload_due_ && !options_.reload_command.empty()) {
    if (Outcome run = RunCommand(options_.reload_command, kReloadLimit); !run) return run;
  }
  is_reload_due_ = false;
  RemoveOldReferences(keys);
  return {};
}

Outcome OpenDkimUpkeep::WriteReferences(const std::vector<SigningKey>& named) {
  for (const SigningKey& key : named) {
    std::error_code ignored;
    const fs::path file =
        fs::path(options_.references) / ReferenceFileName(key.domain, key.selector);
    // A selector is used once, for ever: what is there is of this key.
    if (fs::exists(file, ignored)) continue;
    if (Outcome written = WriteReference(key); !written) return written;
  }
  return {};
}

Outcome OpenDkimUpkeep::WriteReference(const SigningKey& key) {
  const auto of_domain = client_.ListSigningKeysOf(key.domain, kAskLimit);
  if (!of_domain) return Forward(of_domain);
  const auto found = std::ranges::find(of_domain->keys, key.selector, &SigningKey::selector);
  if (found == of_domain->keys.end() || !found->public_key) {
    return Fail(Code::kUnavailable, reason::kKeyUnknown,
                "the server names no public key of " + key.selector.str() + " of " +
                    key.domain.str() + " any more; the next list of keys says more");
  }
  auto reference = Reference::Make(key.domain.str(), key.selector);
  if (!reference) return Forward(reference);
  const auto text = WriteReferenceFile({*std::move(reference), *found->public_key});
  if (!text) return Forward(text);
  const fs::path file = fs::path(options_.references) / ReferenceFileName(key.domain, key.selector);
  return WriteWhereDifferent(file.string(), *text).map([](bool) {});
}

// Of keys that do not sign any more, and only files of the name that this class gives.
void OpenDkimUpkeep::RemoveOldReferences(const SigningKeys& keys) {
  std::set<std::string> kept;
  for (const SigningKey& key : keys.keys) kept.insert(ReferenceFileName(key.domain, key.selector));
  std::error_code ignored;
  // Step by step: the iterator of a range-for throws where the folder cannot be read to its end.
  for (fs::directory_iterator file(options_.references, ignored), end; file != end;
       file.increment(ignored)) {
    const std::string name = file->path().filename().string();
    if (name.ends_with(kReferenceSuffix) && !kept.contains(name)) fs::remove(file->path(), ignored);
  }
}

}  // namespace dkimkeeper
