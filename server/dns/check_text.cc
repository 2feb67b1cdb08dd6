#include "server/dns/check_text.h"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "proto/dkim/base64.h"
#include "proto/reason.h"

namespace dkimkeeper {
namespace {

using Json = nlohmann::json;

// Names in the text are for ever; the enumerators' order is not.
template <typename E, std::size_t N>
using Names = std::array<std::pair<E, std::string_view>, N>;

constexpr Names<RecordWish, 3> kWishes = {{{RecordWish::kKey, "key"},
                                           {RecordWish::kRevoked, "revoked"},
                                           {RecordWish::kAbsent, "absent"}}};
constexpr Names<ProofBy, 2> kProofs = {
    {{ProofBy::kServers, "servers"}, {ProofBy::kResolvers, "resolvers"}}};
constexpr Names<RecordVerdict, 3> kVerdicts = {{{RecordVerdict::kProven, "proven"},
                                                {RecordVerdict::kDiffers, "differs"},
                                                {RecordVerdict::kUnproven, "unproven"}}};
constexpr Names<Dnssec, 4> kDnssec = {{{Dnssec::kUnknown, "unknown"},
                                       {Dnssec::kUnsigned, "unsigned"},
                                       {Dnssec::kSigned, "signed"},
                                       {Dnssec::kValidated, "validated"}}};
constexpr Names<RecordFinding, 10> kFindings = {{{RecordFinding::kAsWished, "as-wished"},
                                                 {RecordFinding::kMissing, "missing"},
                                                 {RecordFinding::kOtherKey, "other-key"},
                                                 {RecordFinding::kSeveral, "several"},
                                                 {RecordFinding::kMalformed, "malformed"},
                                                 {RecordFinding::kRevoked, "revoked"},
                                                 {RecordFinding::kPresent, "present"},
                                                 {RecordFinding::kLoop, "loop"},
                                                 {RecordFinding::kRefused, "refused"},
                                                 {RecordFinding::kNoAnswer, "no-answer"}}};

template <typename E, std::size_t N>
std::string_view NameOf(const Names<E, N>& names, E value) {
  for (const auto& [each, name] : names) {
    if (each == value) return name;
  }
  return "";
}

Json ToJson(const ServerAnswer& answer) {
  return {{"server", answer.server},
          {"address", answer.address},
          {"finding", NameOf(kFindings, answer.finding)},
          {"detail", answer.detail},
          {"value", answer.value},
          {"target", answer.target},
          {"ttl", answer.ttl.count()},
          {"waived", answer.waived}};
}

Json ToJson(const std::vector<ServerAnswer>& answers) {
  Json array = Json::array();
  for (const ServerAnswer& answer : answers) array.push_back(ToJson(answer));
  return array;
}

// Reads one object; the first thing that is not as written makes it damaged, and the rest default.
class Reader {
 public:
  Reader(const Json& object, bool& damaged) : object_(object), damaged_(damaged) {
    if (!object.is_object()) damaged_ = true;
  }

  [[nodiscard]] std::string Text(const char* name) const {
    const Json* field = Find(name);
    return field != nullptr && Expect(field->is_string()) ? field->get<std::string>()
                                                          : std::string();
  }

  [[nodiscard]] std::int64_t Number(const char* name) const {
    const Json* field = Find(name);
    const bool fits = field != nullptr && field->is_number_integer() &&
                      (!field->is_number_unsigned() || field->get<std::uint64_t>() <= INT64_MAX);
    return Expect(fits) ? field->get<std::int64_t>() : 0;
  }

  [[nodiscard]] bool Bool(const char* name) const {
    const Json* field = Find(name);
    return field != nullptr && Expect(field->is_boolean()) && field->get<bool>();
  }

  template <typename E, std::size_t N>
  [[nodiscard]] E Enum(const char* name, const Names<E, N>& names) const {
    const std::string text = Text(name);
    for (const auto& [each, each_name] : names) {
      if (each_name == text) return each;
    }
    damaged_ = true;
    return names[0].first;
  }

  [[nodiscard]] std::vector<ServerAnswer> Answers(const char* name) const {
    std::vector<ServerAnswer> answers;
    const Json* field = Find(name);
    if (field == nullptr || !Expect(field->is_array())) return answers;
    for (const Json& each : *field) {
      const Reader from(each, damaged_);
      answers.push_back({.server = from.Text("server"),
                         .address = from.Text("address"),
                         .finding = from.Enum("finding", kFindings),
                         .detail = from.Text("detail"),
                         .value = from.Text("value"),
                         .target = from.Text("target"),
                         .ttl = std::chrono::seconds(from.Number("ttl")),
                         .waived = from.Bool("waived")});
    }
    return answers;
  }

  // `name` may be missing.
  [[nodiscard]] std::optional<PublicKey> Key(const char* name) const {
    if (!object_.is_object() || !object_.contains(name)) return std::nullopt;
    const Reader from(object_.at(name), damaged_);
    const auto algorithm = ParseAlgorithm(from.Text("algorithm"));
    const auto bytes = DecodeBase64(from.Text("p"));
    if (!Expect(algorithm.has_value() && bytes.has_value())) return std::nullopt;
    return PublicKey{*algorithm, *bytes};
  }

 private:
  [[nodiscard]] const Json* Find(const char* name) const {
    const bool there = object_.is_object() && object_.contains(name);
    return Expect(there) ? &object_.at(name) : nullptr;
  }

  bool Expect(bool holds) const {
    if (!holds) damaged_ = true;
    return holds;
  }

  const Json& object_;
  bool& damaged_;
};

}  // namespace

std::string WriteCheckText(const RecordCheck& check) {
  Json object = {{"at", ToMilliseconds(check.at)},
                 {"name", check.name},
                 {"zone", check.zone},
                 {"wish", NameOf(kWishes, check.wish)},
                 {"proof", NameOf(kProofs, check.proof)},
                 {"verdict", NameOf(kVerdicts, check.verdict)},
                 {"servers", ToJson(check.servers)},
                 {"resolvers", ToJson(check.resolvers)},
                 {"problem", check.problem},
                 {"dnssec", NameOf(kDnssec, check.dnssec)},
                 {"skipped", check.skipped},
                 {"wait", check.wait.count()}};
  if (check.fetched) {
    object["fetched"] = {{"algorithm", AlgorithmName(check.fetched->algorithm)},
                         {"p", EncodeBase64(check.fetched->record_bytes)}};
  }
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<RecordCheck> ReadCheckText(std::string_view text) {
  const Json object = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  bool damaged = false;
  const Reader from(object, damaged);
  RecordCheck check{.at = FromMilliseconds(from.Number("at")),
                    .name = from.Text("name"),
                    .zone = from.Text("zone"),
                    .wish = from.Enum("wish", kWishes),
                    .proof = from.Enum("proof", kProofs),
                    .verdict = from.Enum("verdict", kVerdicts),
                    .servers = from.Answers("servers"),
                    .resolvers = from.Answers("resolvers"),
                    .problem = from.Text("problem"),
                    .dnssec = from.Enum("dnssec", kDnssec),
                    .skipped = from.Text("skipped"),
                    .wait = std::chrono::seconds(from.Number("wait")),
                    .fetched = from.Key("fetched")};
  if (damaged) {
    return Fail(Code::kInternal, reason::kStoreDamaged,
                "a stored check of a DNS record cannot be read; check the record again");
  }
  return check;
}

}  // namespace dkimkeeper
