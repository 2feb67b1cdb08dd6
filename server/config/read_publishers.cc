// [[publisher]]: how key records get into DNS.
#include <algorithm>
#include <map>
#include <string>
#include <variant>

#include "proto/dkim/ascii.h"
#include "proto/dkim/label.h"
#include "server/config/sections.h"

namespace dkimkeeper {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

Complaint CheckType(const std::string& value) {
  if (value == "rfc2136" || value == "zonefile" || value == "exec" || value == "cname") {
    return std::nullopt;
  }
  return "is no kind of publisher; write \"rfc2136\", \"zonefile\", \"exec\" or \"cname\"";
}

Complaint CheckAddress(const std::string& value) {
  const auto address = ServerAddress::Parse(value);
  if (address) return std::nullopt;
  return "has an element that " + address.error().message;
}

Complaint CheckDnsName(const std::string& value) {
  const auto labels = Split(value, '.');
  const bool is_name =
      value.size() <= kMaxNameOctets && std::ranges::none_of(labels, [](std::string_view label) {
        return LabelFault(label, Underscore::kAllowed).has_value();
      });
  if (is_name) return std::nullopt;
  return "is no DNS name; write A-labels without a trailing dot, such as example.com";
}

Complaint CheckTsigAlgorithm(const std::string& value) {
  if (value == "hmac-sha256" || value == "hmac-sha512") return std::nullopt;
  return "is no TSIG algorithm that is taken; write \"hmac-sha256\" or \"hmac-sha512\"";
}

Complaint CheckAnything(const std::string&) { return std::nullopt; }

void ReadCommand(TableReader& table, std::string_view key, std::vector<std::string>& argv) {
  table.Texts(key, argv, CheckAnything);
  if (!argv.empty() && CheckPath(argv.front())) {
    table.Complain(key,
                   "has no absolute path as its first element; write [\"/path/of/program\", "
                   "\"argument\"], there is no shell");
  }
}

void ReadZone(TableReader& table, std::string& zone) {
  table.Text("zone", zone, CheckDnsName);
  table.Require("zone", "the zone that it writes into, such as \"example.com\"");
  zone = ToAsciiLower(zone);
}

Rfc2136Options ReadRfc2136(TableReader& table) {
  Rfc2136Options options;
  std::vector<std::string> servers;
  table.Texts("servers", servers, CheckAddress);
  if (servers.empty()) {
    table.Complain("servers", "names no server; write the zone's primary, [\"192.0.2.53@53\"]");
  }
  for (const std::string& server : servers) {
    if (auto address = ServerAddress::Parse(server)) options.servers.push_back(*address);
  }
  table.Texts("zones", options.zones, CheckDnsName);
  if (options.zones.empty()) {
    table.Complain("zones", "names no zone; write those that the server is primary for");
  }
  for (std::string& zone : options.zones) zone = ToAsciiLower(zone);
  table.Text("tsig_key", options.tsig_key, CheckDnsName);
  table.Require("tsig_key", "the name of the key, as the server has it");
  options.tsig_key = ToAsciiLower(options.tsig_key);
  table.Text("tsig_algorithm", options.tsig_algorithm, CheckTsigAlgorithm);
  table.Text("tsig_secret_file", options.tsig_secret_file, CheckPath);
  table.Require("tsig_secret_file", "the absolute path of a file with the secret in base64");
  table.Duration("time_limit", options.time_limit, milliseconds(100), minutes(1));
  return options;
}

ZonefileOptions ReadZonefile(TableReader& table) {
  ZonefileOptions options;
  table.Text("file", options.file, CheckPath);
  table.Require("file", "the absolute path of a file of its own");
  ReadZone(table, options.zone);
  table.Text("header_file", options.header_file, CheckPath);
  ReadCommand(table, "reload", options.reload);
  if (!table.Has("header_file") && !table.Has("reload")) {
    table.Complain("reload",
                   "is missing; write the command that raises the SOA serial and loads the zone, "
                   "or header_file to have the whole zone written");
  }
  table.Duration("time_limit", options.time_limit, seconds(1), minutes(10));
  return options;
}

ExecOptions ReadExec(TableReader& table) {
  ExecOptions options;
  ReadCommand(table, "command", options.command);
  if (options.command.empty()) {
    table.Complain("command", "names no program; write [\"/path/of/hook\", \"argument\"]");
  }
  table.Duration("time_limit", options.time_limit, seconds(1), minutes(10));
  return options;
}

CnameOptions ReadCname(TableReader& table) {
  CnameOptions options;
  table.Text("through", options.through, CheckName);
  table.Require("through", "the name of the publisher that writes into the zone");
  ReadZone(table, options.zone);
  return options;
}

void ReadPublisher(TableReader& table, PublisherOptions& publisher) {
  table.Text("name", publisher.name, CheckName);
  table.Require("name", "a name of your choice, such as \"ns\"");
  std::string type;
  table.Text("type", type, CheckType);
  table.Require("type", "\"rfc2136\", \"zonefile\", \"exec\" or \"cname\"");
  if (type.empty()) return;  // and so it is unknown which keys there may be
  if (type == "rfc2136") publisher.how = ReadRfc2136(table);
  if (type == "zonefile") publisher.how = ReadZonefile(table);
  if (type == "exec") publisher.how = ReadExec(table);
  if (type == "cname") publisher.how = ReadCname(table);
  table.Finish();
}

// What two publishers must not share, and what one wants of another.
void CheckTogether(std::vector<TableReader>& tables,
                   const std::vector<PublisherOptions>& publishers) {
  std::map<std::string, const PublisherOptions*> by_name;
  std::map<std::string, std::string> by_file;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const PublisherOptions& publisher = publishers[i];
    if (!publisher.name.empty() && !by_name.emplace(publisher.name, &publisher).second) {
      tables[i].Complain("name", "is the name of another publisher; write a name of its own");
    }
    const auto* zonefile = std::get_if<ZonefileOptions>(&publisher.how);
    if (zonefile == nullptr || zonefile->file.empty()) continue;
    const auto [other, is_new] = by_file.emplace(zonefile->file, publisher.name);
    if (!is_new) {
      tables[i].Complain("file", "is the file of the publisher " + other->second +
                                     ", too; write a file of its own");
    }
  }
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const auto* cname = std::get_if<CnameOptions>(&publishers[i].how);
    if (cname == nullptr || cname->through.empty()) continue;
    const auto through = by_name.find(cname->through);
    if (through == by_name.end()) {
      tables[i].Complain("through", "names no publisher; write the name of a [[publisher]]");
    } else if (std::holds_alternative<CnameOptions>(through->second->how)) {
      tables[i].Complain("through",
                         "names a publisher of the type cname; write one that writes itself");
    }
  }
}

}  // namespace

void ReadPublishers(TableReader& root, std::vector<PublisherOptions>& publishers) {
  auto tables = root.Tables("publisher");
  publishers.resize(tables.size());
  for (std::size_t i = 0; i < tables.size(); ++i) ReadPublisher(tables[i], publishers[i]);
  CheckTogether(tables, publishers);
}

}  // namespace dkimkeeper
