#include "server/keys/policy_settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <set>
#include <utility>

#include "proto/base/duration_text.h"
#include "proto/dkim/label.h"
#include "proto/reason.h"
#include "server/keys/setting_values.h"

namespace dkimkeeper {
namespace {

// A setting, how its text gets into a policy, and how it gets out. `read` answers false, and leaves
// the policy as it is, where the text is not in the range.
struct Row {
  PolicySetting setting;
  bool (*read)(std::string_view text, KeyPolicy& policy);
  std::string (*print)(const KeyPolicy& policy);
};

// A member that a type of values reads and prints.
template <typename Values, auto Member>
constexpr Row RowOf(std::string_view name, std::string_view what, std::string_view range) {
  return {.setting = {name, what, range},
          .read =
              [](std::string_view text, KeyPolicy& policy) {
                auto value = Values::Read(text);
                if (!value) return false;
                policy.*Member = *std::move(value);
                return true;
              },
          .print = [](const KeyPolicy& policy) { return Values::Print(policy.*Member); }};
}

template <Algorithm Of>
constexpr Row PoolRow(std::string_view name, std::string_view what) {
  return {.setting = {name, what,
                      "four or more selectors with spaces between, or nothing: they are made up"},
          .read =
              [](std::string_view text, KeyPolicy& policy) {
                auto pool = SelectorListValue::Read(text);
                if (!pool) return false;
                policy.selector_pools.erase(Of);
                if (!pool->empty()) policy.selector_pools.emplace(Of, *std::move(pool));
                return true;
              },
          .print =
              [](const KeyPolicy& policy) {
                const auto pool = policy.selector_pools.find(Of);
                return pool == policy.selector_pools.end() ? std::string()
                                                           : SelectorListValue::Print(pool->second);
              }};
}

constexpr std::string_view kYesOrNo = "true or false";

constexpr std::array kRows = {
    RowOf<ModeValue, &KeyPolicy::mode>("mode", "whether the service rotates keys by itself",
                                       "auto or manual"),
    RowOf<AlgorithmListValue, &KeyPolicy::algorithms>(
        "algorithms", "keys of these algorithms are kept",
        "rsa-sha256, ed25519-sha256 or both with a space between"),
    RowOf<RsaBitsValue, &KeyPolicy::rsa_bits>("rsa_bits", "modulus of new RSA keys",
                                              "2048, 3072 or 4096"),
    RowOf<DurationValue<kSecond, 3650 * kDay>, &KeyPolicy::rotation_period>(
        "rotation_period",
        "how long a key signs before its successor takes over; each line turns up to a sixteenth "
        "of it earlier, so that many do not turn at once",
        "a duration, 1s to 3650d"),
    RowOf<BoolValue, &KeyPolicy::standby>(
        "standby", "whether the next key is published right after each activation", kYesOrNo),
    RowOf<DurationValue<0, 365 * kDay>, &KeyPolicy::publish_ahead>(
        "publish_ahead", "without a standby: how long before its turn the next key is made",
        "a duration, 0s to 365d"),
    RowOf<DurationValue<kSecond, 30 * kDay>, &KeyPolicy::handover_window>(
        "handover_window", "how long a replaced key signs on", "a duration, 1s to 30d"),
    RowOf<DurationValue<kSecond, 365 * kDay>, &KeyPolicy::drain>(
        "drain", "how long a record stays after its key could last sign", "a duration, 1s to 365d"),
    RowOf<DurationValue<kSecond, 3650 * kDay>, &KeyPolicy::revoked_retention>(
        "revoked_retention", "how long a revoked record (p= empty) stays",
        "a duration, 1s to 3650d"),
    RowOf<TemplateValue, &KeyPolicy::selector_template>(
        "selector_template", "how selectors are made up",
        "letters, digits, hyphens, dots and {date}, {random}, {sender}, {algorithm}"),
    PoolRow<Algorithm::kRsaSha256>("rsa_selectors",
                                   "selectors declared for RSA keys, that CNAMEs lead to us"),
    PoolRow<Algorithm::kEd25519Sha256>(
        "ed25519_selectors", "selectors declared for Ed25519 keys, that CNAMEs lead to us"),
    RowOf<PublisherValue, &KeyPolicy::publisher>(
        "publisher", "who writes the records into DNS",
        "the name of a [[publisher]], or manual: people do"),
    RowOf<SecondsValue<1, std::int64_t{7} * 86'400>, &KeyPolicy::record_ttl>(
        "record_ttl", "TTL of the records", "whole seconds, 1s to 7d"),
    RowOf<BoolValue, &KeyPolicy::record_strict>(
        "record_strict", "t=s: no subdomain in i= (RFC 6376 §3.6.1)", kYesOrNo),
    RowOf<BoolValue, &KeyPolicy::record_testing>("record_testing",
                                                 "t=y: the domain is testing DKIM", kYesOrNo),
    RowOf<BoolValue, &KeyPolicy::record_email_only>("record_email_only", "s=email: for mail only",
                                                    kYesOrNo),
    RowOf<NoteValue, &KeyPolicy::record_note>("record_note", "n=: a note for people who read DNS",
                                              "at most 128 printable characters, or nothing"),
    RowOf<FromAlignmentValue, &KeyPolicy::from_alignment>(
        "from_alignment", "whose From SignHeaders lets be signed: at d= itself, or below it, too",
        "equal or below"),
    RowOf<ProofValue, &KeyPolicy::proof>("proof", "who must show a record for it to be proven",
                                         "servers or resolvers"),
    RowOf<BoolValue, &KeyPolicy::proof_udp>(
        "proof_udp", "whether a server that refuses TCP is asked over UDP", kYesOrNo),
    RowOf<DurationValue<0, 30 * kDay>, &KeyPolicy::waive_unreachable>(
        "waive_unreachable", "a server that was silent for so long holds up no proof; 0s: it does",
        "a duration, 0s to 30d"),
    RowOf<DurationValue<kSecond, 7 * kDay>, &KeyPolicy::watch_interval>(
        "watch_interval", "how often proven records are looked at", "a duration, 1s to 7d"),
    RowOf<RecordLostValue, &KeyPolicy::on_record_lost>(
        "on_record_lost", "what happens when the record of the active key is lost",
        "alarm or switch"),
};

constexpr auto kSettings = [] {
  std::array<PolicySetting, kRows.size()> settings;
  std::ranges::transform(kRows, settings.begin(), &Row::setting);
  return settings;
}();

tl::unexpected<Error> Bad(std::string message) {
  return Fail(Code::kInvalidArgument, reason::kBadPolicy, std::move(message));
}

Result<const Row*> FindRow(const std::string& name) {
  const auto row =
      std::ranges::find_if(kRows, [&](const Row& one) { return one.setting.name == name; });
  if (row != kRows.end()) return &*row;
  std::string names;
  for (const Row& one : kRows) names.append(names.empty() ? "" : ", ").append(one.setting.name);
  return Bad("no policy setting is called \"" + name + "\"; there are " + names);
}

Outcome ReadInto(const std::string& name, const std::string& text, KeyPolicy& policy) {
  const auto row = FindRow(name);
  if (!row) return Forward(row);
  if ((*row)->read(text, policy)) return {};
  return Bad("policy setting " + name + " cannot be \"" + text + "\"; write " +
             std::string((*row)->setting.range));
}

Outcome CheckPools(const KeyPolicy& policy) {
  constexpr std::size_t kLeast = 4;  // active, standby, draining and revoked
  std::set<Selector> all;
  for (const auto& [algorithm, pool] : policy.selector_pools) {
    const std::string name = std::string(KeyTypeName(algorithm)) + "_selectors";
    if (pool.size() < kLeast) {
      return Bad("policy setting " + name + " names " + std::to_string(pool.size()) +
                 " selectors; write four or more: one each for the active, the standby, the "
                 "draining and the revoked key");
    }
    for (const Selector& selector : pool) {
      if (all.insert(selector).second) continue;
      return Bad("selector " + selector.str() +
                 " stands in the pools twice; each holds one key at a time (RFC 8463 §6), so name "
                 "it once");
    }
  }
  return {};
}

Outcome CheckWhole(const KeyPolicy& policy) {
  if (policy.handover_window > policy.rotation_period) {
    return Bad("handover_window " + FormatDuration(policy.handover_window) +
               " is longer than rotation_period " + FormatDuration(policy.rotation_period) +
               ": write a shorter window or a longer period");
  }
  return CheckPools(policy);
}

}  // namespace

std::span<const PolicySetting> AllPolicySettings() { return kSettings; }

Result<PolicySettings> CheckSettings(const PolicySettings& settings) {
  PolicySettings canonical;
  for (const auto& [name, text] : settings) {
    KeyPolicy policy;
    if (const auto read = ReadInto(name, text, policy); !read) return Forward(read);
    canonical.emplace(name, (*FindRow(name))->print(policy));
  }
  return canonical;
}

Result<KeyPolicy> PolicyWith(KeyPolicy base, const PolicySettings& settings) {
  for (const auto& [name, text] : settings) {
    if (const auto read = ReadInto(name, text, base); !read) return Forward(read);
  }
  if (const auto sound = CheckWhole(base); !sound) return Forward(sound);
  return base;
}

PolicySettings SettingsOf(const KeyPolicy& policy) {
  PolicySettings settings;
  for (const Row& row : kRows) {
    settings.emplace(std::string(row.setting.name), row.print(policy));
  }
  return settings;
}

}  // namespace dkimkeeper
