// Where canonicalised octets go: into a hash, or into a string in tests.
#ifndef CLIENT_DKIM_OCTET_SINK_H_
#define CLIENT_DKIM_OCTET_SINK_H_

#include <string_view>

namespace dkimkeeper {

class OctetSink {
 public:
  virtual ~OctetSink() = default;
  // Called with whole words or lines, not with single octets.
  virtual void Append(std::string_view octets) = 0;
};

}  // namespace dkimkeeper

#endif  // CLIENT_DKIM_OCTET_SINK_H_
