/* A program that signs with OpenSSL, as mail servers do, and knows nothing of this project.
 *
 *   signing_program KEYFILE (evp|rsa) sign          < nothing; writes the signature in hexadecimal
 *   signing_program KEYFILE (evp|rsa) lines         one signature for each line it reads
 *   signing_program KEYFILE (evp|rsa) children N    signs, then in N children at once and in itself
 *
 * evp: EVP_DigestSign; rsa: EVP_PKEY_get1_RSA and RSA_sign, as OpenDKIM 2.11 and rspamd 3.4 do it.
 * What is signed is the digest 00 01 … 1f. A failure writes OpenSSL's errors and ends with 1.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { kDigestSize = 32, kLongest = 1024 };

static unsigned char digest[kDigestSize];

static EVP_PKEY* LoadKey(const char* path) {
  FILE* file = fopen(path, "r");
  EVP_PKEY* key = file != NULL ? PEM_read_PrivateKey(file, NULL, NULL, NULL) : NULL;
  if (file != NULL) (void)fclose(file);
  return key;
}

static int SignRsa(EVP_PKEY* key, unsigned char* signature, size_t* size) {
  RSA* rsa = EVP_PKEY_get1_RSA(key);
  unsigned int length = 0;
  int good = rsa != NULL && RSA_sign(NID_sha256, digest, kDigestSize, signature, &length, rsa) == 1;
  *size = length;
  RSA_free(rsa);
  return good;
}

static int SignEvp(EVP_PKEY* key, unsigned char* signature, size_t* size) {
  int good;
  if (EVP_PKEY_is_a(key, "RSA")) {
    EVP_PKEY_CTX* use = EVP_PKEY_CTX_new(key, NULL);
    *size = kLongest;
    good = EVP_PKEY_sign_init(use) == 1 && EVP_PKEY_CTX_set_signature_md(use, EVP_sha256()) == 1 &&
           EVP_PKEY_sign(use, signature, size, digest, kDigestSize) == 1;
    EVP_PKEY_CTX_free(use);
    return good;
  }
  EVP_MD_CTX* use = EVP_MD_CTX_new();
  *size = kLongest;
  good = EVP_DigestSignInit(use, NULL, NULL, NULL, key) == 1 &&
         EVP_DigestSign(use, signature, size, digest, kDigestSize) == 1;
  EVP_MD_CTX_free(use);
  return good;
}

static int SignAndPrint(EVP_PKEY* key, const char* way) {
  unsigned char signature[kLongest];
  size_t size = 0;
  char line[2 * kLongest + 2];
  int good =
      strcmp(way, "rsa") == 0 ? SignRsa(key, signature, &size) : SignEvp(key, signature, &size);
  if (!good) {
    ERR_print_errors_fp(stderr);
    printf("failed\n");
    (void)fflush(stdout);
    return 0;
  }
  for (size_t i = 0; i < size; ++i) (void)snprintf(line + 2 * i, 3, "%02x", signature[i]);
  printf("%s\n", line);
  (void)fflush(stdout);
  return 1;
}

static int SignInChildren(EVP_PKEY* key, const char* way, int children) {
  int good = SignAndPrint(key, way);
  for (int i = 0; i < children; ++i) {
    if (fork() == 0) exit(SignAndPrint(key, way) && SignAndPrint(key, way) ? 0 : 1);
  }
  good = SignAndPrint(key, way) && good;
  for (int status = 0; wait(&status) > 0;) good = good && status == 0;
  return good;
}

int main(int argc, char** argv) {
  char line[16];
  int good = 1;
  if (argc < 4) return 2;
  for (int i = 0; i < kDigestSize; ++i) digest[i] = (unsigned char)i;
  EVP_PKEY* key = LoadKey(argv[1]);
  if (key == NULL) {
    ERR_print_errors_fp(stderr);
    return 1;
  }
  if (strcmp(argv[3], "sign") == 0) {
    good = SignAndPrint(key, argv[2]);
  } else if (strcmp(argv[3], "lines") == 0) {
    while (fgets(line, sizeof(line), stdin) != NULL) good = SignAndPrint(key, argv[2]);
  } else if (argc > 4) {
    good = SignInChildren(key, argv[2], (int)strtol(argv[4], NULL, 10));
  }
  EVP_PKEY_free(key);
  return good ? 0 : 1;
}
