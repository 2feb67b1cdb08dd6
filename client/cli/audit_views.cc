#include "client/cli/audit_views.h"

#include <utility>

#include "client/cli/moment.h"
#include "proto/dkim/base64.h"
#include "proto/dkim/hex.h"

namespace dkimkeeper {
namespace {

std::string Hex(const std::optional<Sha256Digest>& digest) {
  return digest ? EncodeHex(digest->ToBytes()) : std::string();
}

std::string BodyText(BodyAgreement body) {
  switch (body) {
    case BodyAgreement::kSame:
      return "as it was signed";
    case BodyAgreement::kOther:
      return "changed since it was signed";
    case BodyAgreement::kUnknown:
      return "signed in part only (l=)";
  }
  return {};
}

std::string RangeText(std::uint64_t begin, std::uint64_t end) {
  if (begin >= end) return "none";
  if (end - begin == 1) return std::to_string(begin);
  return std::to_string(begin) + " to " + std::to_string(end - 1);
}

std::string FindingText(const LogFinding& finding) {
  std::string text = finding.file;
  if (finding.offset) text += ", octet " + std::to_string(*finding.offset);
  return text.empty() ? finding.what : text + ": " + finding.what;
}

// What the signatures say, and what they leave open.
std::vector<std::pair<std::string, std::string>> ProofFields(const Verification& log) {
  if (!log.healthy()) return {{"proven", "nothing, as it is damaged"}};
  std::string open;
  if (log.proven < log.size) {
    open = RangeText(std::max(log.proven, log.first), log.size) + ": in no checkpoint yet";
  }
  const std::string cut_off = log.known > 0
                                  ? "nothing before record " + std::to_string(log.known) +
                                        " was cut off; of later ones this says nothing"
                                  : "unknown from record " + std::to_string(log.proven) +
                                        " on: give --last a checkpoint that was kept elsewhere";
  return {
      {"proven", RangeText(log.first, log.proven)},
      {"not proven", open},
      {"cut off", cut_off},
      {"key", log.own_key ? "out of the log's own folder: compare it with one that you know, or "
                            "give --key"
                          : ""}};
}

std::string InclusionText(const InclusionProof& proof) {
  std::string text = RenderFields({{"record", std::to_string(proof.record.sequence)},
                                   {"time", MomentText(proof.record.at)},
                                   {"identity", proof.record.identity},
                                   {"act", proof.record.act},
                                   {"outcome", proof.record.result},
                                   {"domain", proof.record.domain},
                                   {"digest", Hex(proof.record.digest)},
                                   {"note", proof.record.claimed},
                                   {"leaf hash", EncodeBase64(OctetsOf(proof.leaf))},
                                   {"tree size", std::to_string(proof.checkpoint.size)},
                                   {"tree root", EncodeBase64(OctetsOf(proof.checkpoint.root))}});
  text += "inclusion proof, from the leaf to the root:\n";
  for (const TreeHash& hash : proof.path) text += "  " + EncodeBase64(OctetsOf(hash)) + "\n";
  return text;
}

Json InclusionJson(const InclusionProof& proof, const std::string& origin) {
  Json path = Json::array();
  for (const TreeHash& hash : proof.path) path.push_back(EncodeBase64(OctetsOf(hash)));
  return {{"record", ToJson(LoggedRecord{proof.record, origin})},
          {"leaf_hash", EncodeBase64(OctetsOf(proof.leaf))},
          {"tree_size", proof.checkpoint.size},
          {"tree_root", EncodeBase64(OctetsOf(proof.checkpoint.root))},
          {"path", std::move(path)}};
}

}  // namespace

Json ToJson(const LoggedRecord& logged) {
  const AuditRecord& record = logged.record;
  return {
      {"log", logged.origin},          {"sequence", record.sequence},
      {"time", MomentText(record.at)}, {"unix_microseconds", record.at.time_since_epoch().count()},
      {"identity", record.identity},   {"act", record.act},
      {"outcome", record.result},      {"domain", record.domain},
      {"sender", record.sender},       {"selector", record.selector},
      {"algorithm", record.algorithm}, {"digest", Hex(record.digest)},
      {"note", record.claimed},        {"latency_microseconds", record.latency_microseconds},
      {"detail", record.detail}};
}

std::string JsonLine(const LoggedRecord& logged) {
  return ToJson(logged).dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

TableRow RecordHeader(bool several_logs) {
  TableRow row{"TIME",   "RECORD", "OUTCOME",  "ACT", "IDENTITY",
               "DOMAIN", "SENDER", "SELECTOR", "NOTE"};
  if (several_logs) row.insert(row.begin() + 1, "LOG");
  return row;
}

TableRow RecordRow(const LoggedRecord& logged, bool several_logs) {
  const AuditRecord& record = logged.record;
  TableRow row{MomentText(record.at), std::to_string(record.sequence),
               record.result,         record.act,
               record.identity,       record.domain,
               record.sender,         record.selector,
               record.claimed};
  if (several_logs) row.insert(row.begin() + 1, logged.origin);
  return row;
}

Json ToJson(const Verification& log, const std::string& folder) {
  Json findings = Json::array();
  for (const LogFinding& each : log.findings) {
    findings.push_back({{"file", each.file},
                        {"offset", each.offset ? Json(*each.offset) : Json()},
                        {"what", each.what}});
  }
  Json json{{"folder", folder},
            {"log", log.origin},
            {"healthy", log.healthy()},
            {"first", log.first},
            {"size", log.size},
            {"segments", log.segments},
            {"checkpoints", log.checkpoints},
            {"checkpoints_before_first", log.before_first},
            {"proven_size", log.proven},
            {"known_size", log.known},
            {"own_key", log.own_key},
            {"notes", log.notes},
            {"finding_count", log.finding_count},
            {"findings", std::move(findings)}};
  if (log.inclusion) json["inclusion"] = InclusionJson(*log.inclusion, log.origin);
  return json;
}

std::string RenderVerification(const Verification& log, const std::string& folder) {
  std::vector<std::pair<std::string, std::string>> fields{
      {"log", log.origin},
      {"folder", folder},
      {"records", RangeText(log.first, log.size) + ", in " + std::to_string(log.segments) +
                      (log.segments == 1 ? " segment" : " segments")},
      {"gone", log.first == 0 ? "" : RangeText(0, log.first) + ": no longer here"},
      {"checkpoints",
       std::to_string(log.checkpoints) + " of these records" +
           (log.before_first == 0 ? ""
                                  : "; " + std::to_string(log.before_first) + " of older ones")}};
  for (auto& each : ProofFields(log)) fields.push_back(std::move(each));
  fields.emplace_back("verdict", log.healthy() ? "whole" : "DAMAGED");
  std::string text = RenderFields(fields);
  for (const std::string& each : log.notes) text += "note: " + Printable(each) + "\n";
  for (const LogFinding& each : log.findings) text += "  " + Printable(FindingText(each)) + "\n";
  if (log.finding_count > log.findings.size()) {
    text += "  … and " + std::to_string(log.finding_count - log.findings.size()) + " more\n";
  }
  if (log.inclusion) text += InclusionText(*log.inclusion);
  return text;
}

Json ToJson(const SignedDigest& digest) {
  Json json{{"digest", Hex(digest.digest)}};
  if (digest.signature) {
    json["domain"] = digest.signature->domain;
    json["selector"] = digest.signature->selector;
    json["algorithm"] = digest.signature->algorithm;
    json["body"] = digest.signature->body == BodyAgreement::kUnknown
                       ? Json()
                       : Json(digest.signature->body == BodyAgreement::kSame);
  }
  json["records"] = Json::array();
  for (const LoggedRecord& each : digest.records) json["records"].push_back(ToJson(each));
  return json;
}

std::string RenderSignedDigest(const SignedDigest& digest) {
  std::string text;
  if (digest.signature) {
    const SignatureDigest& signature = *digest.signature;
    text += RenderFields({{"signature", "d=" + signature.domain + " s=" + signature.selector +
                                            " a=" + signature.algorithm},
                          {"body", BodyText(signature.body)}});
  }
  text += RenderFields({{"digest", Hex(digest.digest)}});
  if (digest.records.empty()) text += "  no record of it\n";
  for (const LoggedRecord& each : digest.records) {
    const AuditRecord& record = each.record;
    text += RenderFields({{"  who", record.identity},
                          {"  when", MomentText(record.at)},
                          {"  note", record.claimed},
                          {"  act", record.act},
                          {"  outcome", record.result},
                          {"  key", record.domain + " " + record.selector + " " + record.algorithm},
                          {"  sender", record.sender},
                          {"  record", std::to_string(record.sequence) + " of " + each.origin}});
  }
  return text;
}

}  // namespace dkimkeeper
