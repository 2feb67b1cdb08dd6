/* Signs a SHA-256 digest with each key that signs for a domain:
 *
 *   sign_digest DOMAIN HEX
 *
 * Writes a line for each key: selector, algorithm, public key and signature in hexadecimal.
 */
#include <dkimkeeper.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "connect.h"

static int ReadDigest(const char* hex, unsigned char* digest) {
  if (strlen(hex) != 2 * (size_t)DKIMKEEPER_DIGEST_LENGTH) return 0;
  if (strspn(hex, "0123456789abcdefABCDEF") != strlen(hex)) return 0;
  for (size_t i = 0; i < DKIMKEEPER_DIGEST_LENGTH; ++i) {
    const char pair[] = {hex[2 * i], hex[2 * i + 1], '\0'};
    digest[i] = (unsigned char)strtoul(pair, NULL, 16);
  }
  return 1;
}

static void PrintHex(const unsigned char* bytes, size_t length) {
  for (size_t i = 0; i < length; ++i) (void)printf("%02x", bytes[i]);
}

static int SignWith(dkimkeeper_client* client, const dkimkeeper_key* key,
                    const unsigned char* digest) {
  unsigned char signature[DKIMKEEPER_SIGNATURE_LENGTH];
  size_t length = sizeof(signature);
  dkimkeeper_error* error = NULL;
  const dkimkeeper_code code =
      dkimkeeper_sign_digest(client, key->domain, key->selector, key->algorithm, digest,
                             DKIMKEEPER_DIGEST_LENGTH, signature, &length, &error);
  if (code != DKIMKEEPER_OK) return Complain(code, error);
  (void)printf("%s %s ", key->selector,
               key->algorithm == DKIMKEEPER_ED25519_SHA256 ? "ed25519-sha256" : "rsa-sha256");
  PrintHex(key->public_key, key->public_key_length);
  (void)putchar(' ');
  PrintHex(signature, length);
  (void)putchar('\n');
  return ferror(stdout) ? 1 : 0;
}

static int SignWithEach(dkimkeeper_client* client, const char* domain,
                        const unsigned char* digest) {
  dkimkeeper_keys* keys = NULL;
  dkimkeeper_error* error = NULL;
  const dkimkeeper_code code = dkimkeeper_list_keys(client, domain, &keys, &error);
  if (code != DKIMKEEPER_OK) return Complain(code, error);
  int status = 0;
  for (size_t i = 0; status == 0 && i < dkimkeeper_keys_count(keys); ++i) {
    status = SignWith(client, dkimkeeper_keys_at(keys, i), digest);
  }
  dkimkeeper_keys_free(keys);
  return status;
}

int main(int argc, char** argv) {
  unsigned char digest[DKIMKEEPER_DIGEST_LENGTH];
  if (argc != 3 || !ReadDigest(argv[2], digest)) {
    (void)fputs("usage: sign_digest DOMAIN HEX   (64 hexadecimal digits: a SHA-256)\n", stderr);
    return 2;
  }
  dkimkeeper_client* client = ConnectOrExit();
  const int status = SignWithEach(client, argv[1], digest);
  dkimkeeper_client_free(client);
  return status;
}
