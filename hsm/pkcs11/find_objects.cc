#include "hsm/pkcs11/find_objects.h"

#include <algorithm>
#include <array>
#include <optional>

#include "hsm/pkcs11/attribute_values.h"
#include "hsm/pkcs11/key_templates.h"
#include "proto/reason.h"

namespace dkimkeeper::pkcs11 {
namespace {

constexpr std::size_t kBatch = 256;

Attempt<std::vector<CK_OBJECT_HANDLE>> Collect(const Session& session, std::size_t most) {
  std::vector<CK_OBJECT_HANDLE> found;
  std::array<CK_OBJECT_HANDLE, kBatch> batch;
  while (found.size() < most) {
    CK_ULONG count = 0;
    const std::size_t wanted = std::min(kBatch, most - found.size());
    const CK_RV rv = session.calls().C_FindObjects(session.handle(), batch.data(), wanted, &count);
    if (rv != CKR_OK) return TokenSaid(rv, "C_FindObjects");
    if (count == 0) break;
    found.insert(found.end(), batch.begin(), batch.begin() + count);
  }
  return found;
}

// The object's CKA_ID; nothing when it has none of ours, or is gone by now.
Attempt<std::optional<KeyId>> ReadId(const Session& session, CK_OBJECT_HANDLE object) {
  constexpr std::array kTypes = {CK_ATTRIBUTE_TYPE{CKA_ID}};
  const Attempt<AttributeValues> values = AttributeValues::Read(session, object, kTypes);
  if (!values) {
    if (values.error().recovery == Recovery::kFindKeyAgain) return std::nullopt;
    return PassOn(values);
  }
  Result<KeyId> id = KeyId::FromBytes(values->Bytes(CKA_ID).value_or(""));
  if (!id) return std::nullopt;
  return std::move(*id);
}

Attempt<void> IndexClass(const Session& session, CK_OBJECT_CLASS object_class,
                         std::vector<CK_OBJECT_HANDLE> KeyHandles::* halves, HandleIndex& index) {
  const auto objects = FindObjects(session, MatchClass(object_class));
  if (!objects) return PassOn(objects);
  for (const CK_OBJECT_HANDLE object : *objects) {
    Attempt<std::optional<KeyId>> id = ReadId(session, object);
    if (!id) return PassOn(id);
    if (!*id) continue;
    // A module that shows an object twice has not two keys.
    std::vector<CK_OBJECT_HANDLE>& known = index[**id].*halves;
    if (std::ranges::find(known, object) == known.end()) known.push_back(object);
  }
  return {};
}

// A module that lost its place answers with another key. Nothing may be signed with that, and
// nothing destroyed.
Attempt<std::vector<CK_OBJECT_HANDLE>> FindHalves(const Session& session,
                                                  CK_OBJECT_CLASS object_class, const KeyId& id) {
  Attempt<std::vector<CK_OBJECT_HANDLE>> halves = FindObjects(session, MatchKey(object_class, id));
  if (!halves) return halves;
  for (const CK_OBJECT_HANDLE half : *halves) {
    const Attempt<std::optional<KeyId>> found = ReadId(session, half);
    if (!found) return PassOn(found);
    if (*found == id) continue;
    return AskFor(Recovery::kFindKeyAgain, {Code::kInternal, std::string(reason::kInternal),
                                            "The token answers a search for key " + id.ToHex() +
                                                " with another object: have the token examined."});
  }
  return halves;
}

}  // namespace

Attempt<std::vector<CK_OBJECT_HANDLE>> FindObjects(const Session& session, AttributeTemplate match,
                                                   std::size_t most) {
  const CK_RV rv = session.calls().C_FindObjectsInit(session.handle(), match.attributes().data(),
                                                     match.attributes().size());
  if (rv != CKR_OK) return TokenSaid(rv, "C_FindObjectsInit");
  Attempt<std::vector<CK_OBJECT_HANDLE>> found = Collect(session, most);
  const CK_RV final_rv = session.calls().C_FindObjectsFinal(session.handle());
  if (found && final_rv != CKR_OK) return TokenSaid(final_rv, "C_FindObjectsFinal");
  return found;
}

Attempt<HandleIndex> IndexHandles(const Session& session) {
  HandleIndex index;
  Attempt<void> done = IndexClass(session, CKO_PRIVATE_KEY, &KeyHandles::private_halves, index);
  if (done) done = IndexClass(session, CKO_PUBLIC_KEY, &KeyHandles::public_halves, index);
  if (!done) return PassOn(done);
  return index;
}

Attempt<KeyHandles> FindHandles(const Session& session, const KeyId& id) {
  Attempt<std::vector<CK_OBJECT_HANDLE>> private_halves = FindHalves(session, CKO_PRIVATE_KEY, id);
  if (!private_halves) return PassOn(private_halves);
  Attempt<std::vector<CK_OBJECT_HANDLE>> public_halves = FindHalves(session, CKO_PUBLIC_KEY, id);
  if (!public_halves) return PassOn(public_halves);
  return KeyHandles{std::move(*private_halves), std::move(*public_halves)};
}

Attempt<std::vector<KeyId>> FindIds(const Session& session, std::string_view label) {
  const auto keys = FindObjects(session, MatchLabel(CKO_PRIVATE_KEY, label));
  if (!keys) return PassOn(keys);
  std::vector<KeyId> ids;
  for (const CK_OBJECT_HANDLE key : *keys) {
    constexpr std::array kTypes = {CK_ATTRIBUTE_TYPE{CKA_ID}, CK_ATTRIBUTE_TYPE{CKA_LABEL}};
    const Attempt<AttributeValues> values = AttributeValues::Read(session, key, kTypes);
    if (!values) return PassOn(values);
    if (values->Bytes(CKA_LABEL) != label) {
      return AskFor(Recovery::kFindKeyAgain,
                    {Code::kInternal, std::string(reason::kInternal),
                     "The token answers a search for key `" + std::string(label) +
                         "` with another object: have the token examined."});
    }
    Result<KeyId> id = KeyId::FromBytes(values->Bytes(CKA_ID).value_or(""));
    if (id) ids.push_back(*std::move(id));
  }
  std::ranges::sort(ids);
  return ids;
}

}  // namespace dkimkeeper::pkcs11
